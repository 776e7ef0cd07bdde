"""Who asks, as `interlace explain` is told: a principal of the configuration, or the claims of a token."""

from collections.abc import Mapping
from typing import Any

from federation.config.authentication_section import IssuerSection
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authentication.claims import ClaimRules, read_identity
from federation.extensions.authentication.refusals import Unauthenticated
from federation.identity import ANONYMOUS, Identity


def asked_caller(config: Config, principal: str | None, claims: Mapping[str, Any] | None) -> Identity:
    """The identity of a principal, or that which these claims would give. Raises ConfigurationError."""
    if claims is not None:
        return _of_claims(config, {"sub": principal, **claims} if principal is not None else claims)
    if principal is None:
        return ANONYMOUS
    known = config.authorization.principals.get(principal)
    if known is None:
        names = ", ".join(config.authorization.principals) or "none"
        message = f"--as {principal}: authorization.principals has {names}; name one of them, or give --claims"
        raise ConfigurationError((message,))
    subject = known.subject or principal
    held = {"sub": subject, **known.claims}
    return Identity(subject, frozenset(known.roles), frozenset(known.scopes), held, "jwt", principal)


def _of_claims(config: Config, claims: Mapping[str, Any]) -> Identity:
    """Roles and scopes are read where the issuer of such a token has them, and by the code that reads tokens."""
    issuer = _issuer(config, claims.get("iss"))
    rules = ClaimRules(None)
    if issuer is not None:
        rules = ClaimRules(None, roles=issuer.roles_claim, scopes=issuer.scopes_claim)
    try:
        return read_identity(claims, rules, b"")
    except Unauthenticated as error:
        roles, scopes = ".".join(rules.roles), ".".join(rules.scopes)
        message = f"--claims: '{roles}' has to be a list, and '{scopes}' a text or a list of texts: {error.detail}"
        raise ConfigurationError((message,)) from error


def _issuer(config: Config, name: object) -> IssuerSection | None:
    """Whose token it would be: of the one that it names, or of the only one."""
    issuers = config.authentication.issuers if config.authentication is not None else ()
    if name is None and len(issuers) == 1:
        return issuers[0]
    found = next((each for each in issuers if each.issuer == name), None)
    if found is None and issuers:
        names = ", ".join(each.issuer for each in issuers)
        raise ConfigurationError((f"--claims: name one of the issuers by 'iss': {names}",))
    return found
