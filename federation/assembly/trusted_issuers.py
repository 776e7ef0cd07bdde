"""Make what verifies tokens and API keys of those that the configuration trusts."""

from pathlib import Path

from federation.config.authentication_section import ApiKeysSection, IssuerSection
from federation.extensions.authentication.api_keys import ApiKey, ApiKeys
from federation.extensions.authentication.claims import ClaimPath, ClaimRules
from federation.extensions.authentication.key_set import KeySet, read_key_set
from federation.extensions.authentication.keys import FixedKeys, Keys
from federation.extensions.authentication.strict_json import NotStrict
from federation.extensions.authentication.trust import KeySource, Trust
from federation.extensions.authentication.verification_key import KeyUnusable, secret_key
from federation.extensions.authentication.verify_token import Issuer, TokenVerifier


def fixed_keys(section: IssuerSection, where: str, problems: list[str]) -> FixedKeys | None:
    """The keys that the configuration itself holds; None where the issuer is asked, or what is there is a problem."""
    try:
        if section.secret is not None:
            return FixedKeys(KeySet((secret_key(section.secret, section.secret_algorithm),)))
        if section.jwks_file is not None:
            return FixedKeys(_read_file(section.jwks_file, section))
    except (KeyUnusable, NotStrict, OSError) as error:
        problems.append(f"{where}: {error}")
    return None


def source_of(section: IssuerSection) -> KeySource | None:
    """Where the issuer's keys are fetched; None where the configuration holds them."""
    if section.secret is not None or section.jwks_file is not None:
        return None
    return KeySource(section.issuer, section.jwks_url, section.algorithms)


def token_verifier(
    issuers: tuple[IssuerSection, ...], told: tuple[ClaimPath, ...], trust: Trust, problems: list[str]
) -> TokenVerifier:
    """What verifies tokens; it uses the `trust`'s keys of every `source_of` these issuers.

    `told` are the claims that services learn of.
    """
    made: dict[str, Issuer] = {}
    unnamed: Issuer | None = None
    for number, section in enumerate(issuers):
        source = source_of(section)
        fixed = fixed_keys(section, f"authentication.issuers.{number}", problems)
        keys: Keys | None = trust.use(source) if source is not None else fixed
        if keys is None:
            continue
        made[section.issuer] = Issuer(section.issuer, keys, _rules(section, told))
        if "iss" in section.optional_claims:
            unnamed = made[section.issuer]
    return TokenVerifier(made, unnamed)


def api_keys(section: ApiKeysSection | None) -> ApiKeys:
    """What knows the API keys."""
    return ApiKeys(
        {
            key_id: ApiKey(
                bytes.fromhex(key.hash.removeprefix("sha256:")),
                key.subject,
                frozenset(key.roles),
                frozenset(key.scopes),
                key.until,
            )
            for key_id, key in (section.keys if section else {}).items()
        }
    )


def _rules(section: IssuerSection, told: tuple[ClaimPath, ...]) -> ClaimRules:
    return ClaimRules(
        None if section.any_audience else frozenset(section.audience),
        frozenset(section.optional_claims),
        section.leeway,
        section.roles_claim,
        section.scopes_claim,
        told,
    )


def _read_file(path: Path, section: IssuerSection) -> KeySet:
    return read_key_set(path.read_bytes(), section.algorithms, str(path))
