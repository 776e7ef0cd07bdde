"""Make what tells services who asks, as the configuration says for each."""

from collections.abc import Mapping

from federation.config.authentication_section import InternalTokenSection, ServiceIdentitySection
from federation.config.sections import ServiceSection
from federation.extensions.authentication.claims import ClaimPath
from federation.extensions.authentication.identity_values import claim_path, identity_value
from federation.extensions.authentication.internal_tokens import InternalTokens, TokenTerms
from federation.extensions.authentication.pass_identity import ServiceIdentity, ServiceToken
from federation.extensions.authentication.signing_key import SigningKey, read_signing_key
from federation.extensions.authentication.verification_key import KeyUnusable

WHERE = "authentication.internal_token"


def signing_keys(section: InternalTokenSection | None, problems: list[str]) -> tuple[SigningKey, ...]:
    """The key that signs, and those that did; all are published."""
    if section is None:
        return ()
    texts = {f"{WHERE}.key": section.key}
    texts |= {f"{WHERE}.previous_keys.{number}": text for number, text in enumerate(section.previous_keys)}
    keys = []
    for where, text in texts.items():
        try:
            keys.append(read_signing_key(text))
        except KeyUnusable as error:
            problems.append(f"{where}: {error}")
    return tuple(keys)


def told_services(
    services: Mapping[str, ServiceSection], section: InternalTokenSection | None, keys: tuple[SigningKey, ...]
) -> dict[str, ServiceIdentity]:
    """How each service is told, by the names of those that are."""
    tokens = None
    if section is not None and keys:
        tokens = InternalTokens(keys[0], TokenTerms(section.issuer, section.lifetime, section.claims))
    return {
        name: _told(name, service.identity, tokens)
        for name, service in services.items()
        if service.identity is not None
    }


def reserved_headers(services: Mapping[str, ServiceSection]) -> frozenset[str]:
    """The headers that tell services who asks; `_` for `-` is the same header to some servers."""
    names = {name for service in services.values() if service.identity for name in service.identity.headers}
    return frozenset(names | {name.replace("-", "_") for name in names})


def told_claims(services: Mapping[str, ServiceSection], section: InternalTokenSection | None) -> tuple[ClaimPath, ...]:
    """The paths of all claims that some service learns of."""
    rules = {rule for service in services.values() if service.identity for rule in service.identity.headers.values()}
    paths = {claim_path(rule) for rule in rules} | {(name,) for name in (section.claims if section else ())}
    return tuple(sorted(paths - {()}))


def _told(name: str, section: ServiceIdentitySection, tokens: InternalTokens | None) -> ServiceIdentity:
    headers = {header: identity_value(rule) for header, rule in section.headers.items()}
    if section.token is None or tokens is None:
        return ServiceIdentity(headers)
    return ServiceIdentity(headers, ServiceToken(tokens, section.token.header, section.token.audience or name))
