"""Make what finds out who asks and tells services, and take it apart with its snapshot."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from federation.assembly.told_services import reserved_headers, signing_keys, told_claims, told_services
from federation.assembly.trusted_issuers import api_keys, fixed_keys, source_of, token_verifier
from federation.config.authentication_section import AuthenticationSection, RevocationsSection
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authentication.credentials import CredentialPlaces
from federation.extensions.authentication.layer import AuthenticationLayer, AuthenticationOptions
from federation.extensions.authentication.pass_identity import HandIdentityDown, ServiceIdentity
from federation.extensions.authentication.remembered_tokens import RememberedTokens
from federation.extensions.authentication.signing_key import public_key_set
from federation.extensions.authentication.trust import KeySource, Trust, open_trust
from federation.extensions.stores.store import Store
from federation.layer import Layer

JWKS_PATH = "/.well-known/jwks.json"


@dataclass(frozen=True, slots=True)
class Authentication:
    """What one snapshot has: its request layers, how services are told (by their names), and what is published."""

    layers: tuple[Layer, ...]
    told: dict[str, ServiceIdentity]
    documents: dict[str, bytes]
    _trust: Trust
    _sources: tuple[KeySource, ...]
    _remembered: RememberedTokens

    async def close(self) -> None:
        """Use the trust no more."""
        for source in self._sources:
            self._trust.release(source)
        self._trust.revocations.leave(self._remembered)


def trust_of(section: AuthenticationSection | None, store: Store | None) -> AbstractAsyncContextManager[Trust]:
    """What outlives snapshots: the issuers' keys, and revocations, shared by the `store` where there is one."""
    revocations = section.revocations if section is not None else RevocationsSection()
    return open_trust(store, revocations.keep, refuse_when_away=revocations.when_redis_is_away == "refuse")


def check_authentication(config: Config) -> None:
    """Raise ConfigurationError with every key of the configuration that is none."""
    section = config.authentication
    if section is None:
        return
    problems: list[str] = []
    for number, issuer in enumerate(section.issuers):
        fixed_keys(issuer, f"authentication.issuers.{number}", problems)
    signing_keys(section.internal_token, problems)
    if problems:
        raise ConfigurationError(tuple(problems))


def make_authentication(config: Config, section: AuthenticationSection, trust: Trust) -> Authentication:
    """What the section says, once `check_authentication` found nothing wrong."""
    problems: list[str] = []  # `check_authentication` told them
    claims = told_claims(config.services, section.internal_token)
    tokens = token_verifier(section.issuers, claims, trust, problems)
    signing = signing_keys(section.internal_token, problems)
    remembered = RememberedTokens(section.remembered_tokens)
    trust.revocations.watch(remembered)
    layer = AuthenticationLayer(
        _options(config, section), tokens, api_keys(section.api_keys), remembered, trust.revocations
    )
    told = told_services(config.services, section.internal_token, signing)
    return Authentication(
        layers=(layer, HandIdentityDown()) if told else (layer,),
        told=told,
        documents={JWKS_PATH: public_key_set(signing)} if signing else {},
        _trust=trust,
        _sources=tuple(source for each in section.issuers if (source := source_of(each)) is not None),
        _remembered=remembered,
    )


def _options(config: Config, section: AuthenticationSection) -> AuthenticationOptions:
    cookie = section.cookie
    return AuthenticationOptions(
        CredentialPlaces(
            bearer=bool(section.issuers),
            api_key_header=section.api_keys.header if section.api_keys else None,
            cookie=cookie.name if cookie else None,
        ),
        section.anonymous,
        frozenset((*config.server.cors_origins, *(cookie.origins if cookie else ()))) - {"*"},
        reserved_headers(config.services),
    )
