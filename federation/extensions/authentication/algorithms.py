"""The signature algorithms with public keys, and which keys each of them is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class KeyKind:
    """What a key must be for an algorithm: its `kty`, and its curves where it has one (RFC 7518, RFC 8037)."""

    kty: str
    curves: frozenset[str] = frozenset()

    def fits(self, jwk: Mapping[str, Any]) -> bool:
        """Whether a JSON Web Key is of this kind."""
        return jwk.get("kty") == self.kty and (not self.curves or jwk.get("crv") in self.curves)


_RSA = KeyKind("RSA")

PUBLIC_KEY_ALGORITHMS: Final[Mapping[str, KeyKind]] = {
    "RS256": _RSA,
    "RS384": _RSA,
    "RS512": _RSA,
    "PS256": _RSA,
    "PS384": _RSA,
    "PS512": _RSA,
    "ES256": KeyKind("EC", frozenset({"P-256"})),
    "ES384": KeyKind("EC", frozenset({"P-384"})),
    "ES512": KeyKind("EC", frozenset({"P-521"})),
    "EdDSA": KeyKind("OKP", frozenset({"Ed25519", "Ed448"})),
}
