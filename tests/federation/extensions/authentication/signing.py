"""Makes tokens of every kind, right and wrong, and the keys to them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from federation.extensions.authentication.algorithms import PUBLIC_KEY_ALGORITHMS
from federation.extensions.authentication.claims import ClaimRules
from federation.extensions.authentication.key_set import KeySet, read_key_set
from federation.extensions.authentication.keys import FixedKeys
from federation.extensions.authentication.verify_token import Issuer, TokenVerifier

ISSUER, AUDIENCE = "https://login.example", "graph"
NOW = 1_800_000_000
EVERY = tuple(PUBLIC_KEY_ALGORITHMS)
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: object) -> str:
    """A header or payload: an object, or the very bytes."""
    return base64url(value if isinstance(value, bytes) else json.dumps(value).encode())


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True, slots=True)
class Signer:
    """One private key (or secret) with its name and its algorithm."""

    algorithm: str
    kid: str
    key: Any

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key."""
        public = jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.key.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "alg": self.algorithm, "use": "sig"}

    def signature(self, signed: str) -> bytes:
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        return algorithm.sign(signed.encode(), algorithm.prepare_key(self.key))

    def token(self, claims: object = None, header: object = None) -> str:
        """A token; a mapping as header is added to the usual one, bytes are the whole of it."""
        usual = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT"}
        whole = {**usual, **(header or {})} if header is None or isinstance(header, Mapping) else header
        signed = f"{part(whole)}.{part(honest() if claims is None else claims)}"
        return f"{signed}.{base64url(self.signature(signed))}"


def honest(**changes: Any) -> dict[str, Any]:
    """The claims of a token that is right; a change to None takes a claim away."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada",
        "exp": NOW + 300,
        "iat": NOW - 10,
        "nbf": NOW - 10,
        "jti": "1",
        "roles": ["reader"],
        "scope": "orders:read users:read",
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


@cache
def signer(algorithm: str, kid: str | None = None) -> Signer:
    """The signer of an algorithm; each `kid` has a key of its own, and so has each algorithm unless it is of RSA."""
    kid = kid or f"key-{algorithm}"
    if algorithm == "EdDSA":
        return Signer(algorithm, kid, ed25519.Ed25519PrivateKey.generate())
    if algorithm == "Ed448":
        return Signer("EdDSA", kid, ed448.Ed448PrivateKey.generate())
    if algorithm.startswith("ES"):
        return Signer(algorithm, kid, ec.generate_private_key(CURVES[algorithm]()))
    if algorithm.startswith("HS"):
        return Signer(algorithm, kid, "a secret that is long enough for every one of the HMAC algorithms")
    return Signer(algorithm, kid, rsa_key())


def key_set(*signers: Signer) -> KeySet:
    text = json.dumps({"keys": [each.jwk for each in signers]}).encode()
    return read_key_set(text, EVERY, "a test")


def verifier(keys: KeySet, rules: ClaimRules | None = None, name: str = ISSUER) -> TokenVerifier:
    """Trusts one issuer."""
    found = rules or ClaimRules(frozenset({AUDIENCE}))
    return TokenVerifier({name: Issuer(name, FixedKeys(keys), found)})
