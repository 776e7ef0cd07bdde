"""Take a signed token apart without believing a word of it (RFC 7515, compact serialisation)."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from federation.extensions.authentication.refusals import Reason, Unauthenticated
from federation.extensions.authentication.strict_json import NotStrict, read_object

MOST_BYTES = 8 << 10
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
# Tokens of these kinds are for other uses than a request (RFC 8725, section 3.11): a logout token must not log in.
_TYPES = frozenset({"jwt", "at+jwt"})
# A token does not bring its own key, does not say where to get it, and has no rules that every reader must know.
_NEVER = {
    "jwk": "a key of its own",
    "jku": "an address for keys",
    "x5u": "an address for certificates",
    "x5c": "certificates of its own",
    "crit": "extensions that must be understood",
    "b64": "an unencoded payload",
    "zip": "a compressed payload",
    "enc": "an encrypted payload",
}


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """What a token says; until `signed` is verified with `signature`, that is anybody's word.

    `issuer` only chooses whose keys it is verified with.
    """

    algorithm: str
    kid: str | None
    issuer: str | None
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def read_token(text: str) -> UnverifiedToken:
    """The parts of a token. Raises Unauthenticated for what is not exactly one signed JSON Web Token."""
    if len(text) > MOST_BYTES:
        raise Unauthenticated(Reason.TOO_LARGE, f"{len(text)} bytes")
    match = _COMPACT.fullmatch(text)
    if match is None:
        raise Unauthenticated(Reason.MALFORMED, "not three parts in base64url")
    header, claims = _read_part(match[1], "header"), _read_part(match[2], "payload")
    _check_header(header)
    issuer = claims.get("iss")
    if "iss" in claims and not isinstance(issuer, str):
        raise Unauthenticated(Reason.BAD_CLAIMS, "'iss' is no string")
    return UnverifiedToken(
        algorithm=header["alg"],
        kid=header.get("kid"),
        issuer=issuer,
        claims=claims,
        signed=text[: match.end(2)].encode("ascii"),
        signature=_decode(match[3], "signature"),
    )


def _check_header(header: dict[str, Any]) -> None:
    for name, what in _NEVER.items():
        if name in header:
            raise Unauthenticated(Reason.UNSUPPORTED, f"the header has {what} ('{name}')")
    algorithm, kid, kind = header.get("alg"), header.get("kid", ""), header.get("typ", "JWT")
    if not isinstance(algorithm, str):
        raise Unauthenticated(Reason.MALFORMED, "'alg' is no string")
    if not isinstance(kid, str):
        raise Unauthenticated(Reason.MALFORMED, "'kid' is no string")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
        raise Unauthenticated(Reason.UNSUPPORTED, "'typ' is not that of a token for access")


def _read_part(text: str, name: str) -> dict[str, Any]:
    try:
        return read_object(_decode(text, name))
    except NotStrict as error:
        raise Unauthenticated(Reason.MALFORMED, f"the {name}: {error}") from error


def _decode(text: str, name: str) -> bytes:
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise Unauthenticated(Reason.MALFORMED, f"the {name} is not base64url") from error
    # One token has one spelling, or a revoked one would come back under another.
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != text:
        raise Unauthenticated(Reason.MALFORMED, f"the {name} is not canonical base64url")
    return found
