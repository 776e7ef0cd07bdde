"""Read the claims of a verified token strictly: a claim has the type that it must have, or the token is refused."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import orjson

from federation.extensions.authentication.refusals import Reason, Unauthenticated
from federation.identity import Identity

ClaimPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """What the claims of an issuer's tokens must say.

    One of `audiences` must be among a token's; None asks for none. `optional` are those of `exp` and `aud` that may be
    absent. `leeway` (seconds) forgives clocks that differ. `roles` and `scopes` are the paths to those claims, `told`
    those to claims that some service is told of.
    """

    audiences: frozenset[str] | None
    optional: frozenset[str] = frozenset()
    leeway: float = 30.0
    roles: ClaimPath = ("roles",)
    scopes: ClaimPath = ("scope",)
    told: tuple[ClaimPath, ...] = ()


def check_times(claims: Mapping[str, Any], rules: ClaimRules, now: float) -> float | None:
    """When the token ends to hold, leeway included; None where it may be without an end. Raises Unauthenticated."""
    expires, not_before, issued = (_time(claims, name) for name in ("exp", "nbf", "iat"))
    if expires is None and "exp" not in rules.optional:
        raise Unauthenticated(Reason.BAD_CLAIMS, "'exp' is missing")
    if expires is not None and now >= expires + rules.leeway:
        raise Unauthenticated(Reason.EXPIRED)
    for name, time in (("nbf", not_before), ("iat", issued)):
        if time is not None and now < time - rules.leeway:
            raise Unauthenticated(Reason.NOT_YET_VALID, f"'{name}' is in the future")
    return None if expires is None else expires + rules.leeway


def check_audience(claims: Mapping[str, Any], rules: ClaimRules) -> None:
    """Raise Unauthenticated unless the token is for this graph."""
    if rules.audiences is None:
        return
    if "aud" not in claims:
        if "aud" in rules.optional:
            return
        raise Unauthenticated(Reason.BAD_CLAIMS, "'aud' is missing")
    audience = claims["aud"]
    named = {audience} if isinstance(audience, str) else _strings(audience, "aud")
    if not named & rules.audiences:
        raise Unauthenticated(Reason.WRONG_AUDIENCE)


def read_identity(claims: Mapping[str, Any], rules: ClaimRules, token_hash: bytes) -> Identity:
    """Who the token is of. Raises Unauthenticated.

    A token without `sub` is a principal of its own, as nothing says that it is the same as another.
    """
    subject = _optional_string(claims, "sub")
    _optional_string(claims, "jti")
    roles, scopes = _roles(claims, rules.roles), _scopes(claims, rules.scopes)
    whose = [claims.get("iss"), subject] if subject is not None else token_hash.hex()
    return Identity(
        subject=subject,
        roles=roles,
        scopes=scopes,
        claims=MappingProxyType(dict(claims)),
        method="jwt",
        scope_key=digest("jwt", whose),
        variant=digest(sorted(roles), sorted(scopes), [find_claim(claims, path) for path in rules.told]),
    )


def digest(*values: Any) -> str:
    """An opaque text that stands for JSON values."""
    return blake2b(orjson.dumps(values, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def find_claim(claims: Mapping[str, Any], path: ClaimPath) -> Any:
    """The value at a path of names, None where there is none."""
    value: Any = claims
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def _roles(claims: Mapping[str, Any], path: ClaimPath) -> frozenset[str]:
    value = find_claim(claims, path)
    # A string is refused and never searched: "admin" would be found in "not-an-administrator".
    return frozenset() if value is None else _strings(value, ".".join(path))


def _scopes(claims: Mapping[str, Any], path: ClaimPath) -> frozenset[str]:
    value = find_claim(claims, path)
    if value is None:
        return frozenset()
    if isinstance(value, str):  # RFC 9068, section 2.2.3, and RFC 8693, section 4.2: separated by spaces
        return frozenset(value.split(" ")) - {""}
    return _strings(value, ".".join(path))


def _strings(value: Any, name: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Unauthenticated(Reason.BAD_CLAIMS, f"'{name}' is no list of strings")
    return frozenset(value)


def _optional_string(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if name in claims and (not isinstance(value, str) or not value):
        raise Unauthenticated(Reason.BAD_CLAIMS, f"'{name}' is no string, or empty")
    return value


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_time(value):
        raise Unauthenticated(Reason.BAD_CLAIMS, f"'{name}' is no number of seconds")
    return float(value)


def _is_time(value: float) -> bool:
    return math.isfinite(value) and 0 <= value < 1 << 53
