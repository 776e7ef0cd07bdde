"""The keys of one issuer, and which of them may have signed a token."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from federation.extensions.authentication.strict_json import NotStrict, read_object
from federation.extensions.authentication.verification_key import KeyUnusable, VerificationKey, read_jwk

log = logging.getLogger(__name__)

MOST_KEYS = 100
MOST_TRIED = 4  # each costs a verification


@dataclass(frozen=True, slots=True)
class KeySet:
    """Immutable: a rotation makes another."""

    keys: tuple[VerificationKey, ...]

    def knows(self, kid: str | None) -> bool:
        """Whether the key that a token's `kid` names is here, so that newer keys need not be asked for."""
        return kid is None or any(key.kid == kid for key in self.keys) or all(key.kid is None for key in self.keys)

    def candidates(self, kid: str | None, algorithm: str) -> tuple[VerificationKey, ...]:
        """The keys for this algorithm that may be meant: those named so, those without a name, or all for no name."""
        fitting = [key for key in self.keys if key.algorithm == algorithm and (kid is None or key.kid in (None, kid))]
        return tuple(fitting[:MOST_TRIED])


def read_key_set(text: bytes, allowed: Sequence[str], origin: str) -> KeySet:
    """The usable keys of a JSON Web Key Set (RFC 7517, section 5). Raises NotStrict when it has none.

    A key that cannot be used is left out, and the log says why: one odd key must not lock everybody out.
    """
    jwks = read_object(text).get("keys")
    if not isinstance(jwks, list):
        raise NotStrict("expected a list under 'keys'")
    if len(jwks) > MOST_KEYS:
        raise NotStrict(f"{len(jwks)} keys; {MOST_KEYS} are the most")
    keys: list[VerificationKey] = []
    for number, jwk in enumerate(jwks):
        try:
            keys.append(read_jwk(_as_object(jwk), allowed))
        except KeyUnusable as error:
            log.warning("a key is left out", extra={"origin": origin, "number": number, "problem": str(error)})
    if not keys:
        raise NotStrict("no key in it can be used")
    return KeySet(tuple(keys))


def _as_object(jwk: Any) -> dict[str, Any]:
    if not isinstance(jwk, dict):
        raise KeyUnusable("it is no object")
    return jwk
