"""One key that verifies signatures, by the one algorithm that it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jwt
from jwt.algorithms import Algorithm

from federation.config.authentication_section import SECRET_BYTES
from federation.extensions.authentication.algorithms import PUBLIC_KEY_ALGORITHMS

LEAST_RSA_BITS = 2048
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class KeyUnusable(ValueError):
    """A key cannot verify tokens here; the message says why."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key with its algorithm: what a token says of its own algorithm can agree with it, and never choose."""

    algorithm: str
    kid: str | None
    _material: Any = field(repr=False)
    _signatures: Algorithm = field(repr=False)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key made the signature; HMACs are compared in constant time."""
        return self._signatures.verify(signed, self._material, signature)


def read_jwk(jwk: Mapping[str, Any], allowed: Sequence[str]) -> VerificationKey:
    """The key that a JSON Web Key of a public key set holds. Raises KeyUnusable.

    Its algorithm is the one it names, else the first of the `allowed` that is for such keys.
    """
    if _PRIVATE_MEMBERS & jwk.keys():
        raise KeyUnusable("it holds a secret in a public place, so anybody may have it")
    if jwk.get("use", "sig") != "sig" or "verify" not in _operations(jwk):
        raise KeyUnusable("it is not for signatures")
    kid = jwk.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise KeyUnusable("its 'kid' is no string")
    algorithm = _algorithm(jwk, allowed)
    signatures = jwt.get_algorithm_by_name(algorithm)
    try:
        material = signatures.from_jwk(dict(jwk))
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise KeyUnusable(f"it is not a whole {jwk['kty']} key") from error
    if jwk["kty"] == "RSA" and material.key_size < LEAST_RSA_BITS:
        raise KeyUnusable(f"it has {material.key_size} bits; {LEAST_RSA_BITS} are the least")
    return VerificationKey(algorithm, kid, material, signatures)


def secret_key(secret: str, algorithm: str) -> VerificationKey:
    """A secret that the gateway shares with an issuer. Raises KeyUnusable when it is weak, or is no secret."""
    material = secret.encode()
    least = SECRET_BYTES[algorithm]
    if len(material) < least:
        raise KeyUnusable(f"{algorithm} needs a secret of at least {least} bytes, found {len(material)}")
    signatures = jwt.get_algorithm_by_name(algorithm)
    try:
        signatures.prepare_key(material)
    except jwt.InvalidKeyError as error:
        raise KeyUnusable("it is a public key, a certificate or a JSON Web Key, and no secret") from error
    return VerificationKey(algorithm, None, material, signatures)


def _operations(jwk: Mapping[str, Any]) -> Sequence[Any]:
    operations = jwk.get("key_ops", ["verify"])
    return operations if isinstance(operations, list) else ()


def _algorithm(jwk: Mapping[str, Any], allowed: Sequence[str]) -> str:
    named = jwk.get("alg")
    fitting = [name for name in allowed if PUBLIC_KEY_ALGORITHMS[name].fits(jwk)]
    if not fitting:
        raise KeyUnusable("it is of a kind that no allowed algorithm is for")
    if named is None:
        return fitting[0]
    if named not in fitting:
        raise KeyUnusable("it names an algorithm that is not allowed, or not for such a key")
    return str(named)
