"""The key by which the gateway signs what it says of clients to services."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from federation.extensions.authentication.verification_key import KeyUnusable, secret_key

SECRET_ALGORITHM = "HS256"  # noqa: S105 - the name of an algorithm
_PEM_START = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, or a secret; `public` is what is published of it, None of a secret."""

    algorithm: str
    kid: str
    public: Mapping[str, Any] | None
    _material: Any = field(repr=False)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token with these claims."""
        return jwt.encode(dict(claims), self._material, self.algorithm, {"kid": self.kid})


def read_signing_key(text: str) -> SigningKey:
    """An Ed25519 private key in PEM (PKCS #8), or else a secret. Raises KeyUnusable."""
    if not text.startswith(_PEM_START):
        secret_key(text, SECRET_ALGORITHM)
        # Not made of the secret: a hash of it would let others try secrets against it.
        return SigningKey(SECRET_ALGORITHM, "secret", None, text.encode())
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable("expected a private key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable("expected an Ed25519 key: make one by 'openssl genpkey -algorithm ed25519'")
    public = jwt.get_algorithm_by_name("EdDSA").to_jwk(key.public_key(), as_dict=True)
    kid = _thumbprint(public)
    return SigningKey("EdDSA", kid, {**public, "kid": kid, "alg": "EdDSA", "use": "sig"}, key)


def public_key_set(keys: Sequence[SigningKey]) -> bytes:
    """The JSON Web Key Set by which services verify."""
    return json.dumps({"keys": [dict(key.public) for key in keys if key.public is not None]}).encode()


def _thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638, and RFC 8037, appendix A.3: a name that follows from the key, so that all replicas give the same."""
    members = json.dumps({name: jwk[name] for name in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True)
    return urlsafe_b64encode(sha256(members.encode()).digest()).rstrip(b"=").decode()
