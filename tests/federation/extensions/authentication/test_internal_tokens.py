"""Tokens that the gateway signs: short-lived, for one service, the same for the same identity."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from federation.extensions.authentication.internal_tokens import InternalTokens, TokenTerms
from federation.extensions.authentication.signing_key import public_key_set, read_signing_key
from federation.extensions.authentication.verification_key import KeyUnusable
from federation.identity import Identity

ADA = Identity("ada", frozenset({"b", "a"}), frozenset({"x"}), {"tenant": "t", "secret": 1}, "jwt", "ada", "1")
PRIVATE = ed25519.Ed25519PrivateKey.generate()
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC_PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
EC_PEM = (
    ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
)
SECRET = "a secret of two and thirty bytes"


def tokens(time: list[float], key: str = PEM) -> InternalTokens:
    return InternalTokens(read_signing_key(key), TokenTerms(claims=("tenant", "missing")), now=lambda: time[0])


def test_a_token_says_who_asks_and_nothing_that_it_should_not() -> None:
    text = tokens([1000.0]).token(ADA, "orders")

    said = jwt.decode(text, PRIVATE.public_key(), ["EdDSA"], audience="orders", options={"verify_exp": False})
    assert said == {
        "iss": "interlace",
        "aud": "orders",
        "sub": "ada",
        "iat": 1000,
        "exp": 1060,
        "roles": ["a", "b"],
        "scope": "x",
        "tenant": "t",
    }


def test_the_same_token_is_sent_until_a_quarter_of_its_life_is_left() -> None:
    time = [1000.0]
    made = tokens(time)
    first = made.token(ADA, "orders")
    time[0] = 1044.9
    assert made.token(ADA, "orders") == first
    time[0] = 1045.0
    assert made.token(ADA, "orders") != first


def test_every_service_and_every_variant_of_an_identity_has_its_own() -> None:
    made = tokens([1000.0])
    admin = Identity("ada", frozenset({"admin"}), method="jwt", scope_key="ada", variant="2")

    assert len({made.token(ADA, "orders"), made.token(ADA, "users"), made.token(admin, "orders")}) == 3


def test_a_secret_signs_too_and_is_not_published() -> None:
    text = tokens([1000.0], SECRET).token(ADA, "orders")

    assert jwt.decode(text, SECRET, ["HS256"], audience="orders", options={"verify_exp": False})["sub"] == "ada"
    assert public_key_set([read_signing_key(SECRET)]) == b'{"keys": []}'


def test_a_key_has_the_same_name_in_every_replica() -> None:
    assert read_signing_key(PEM).kid == read_signing_key(PEM).kid
    assert PEM.splitlines()[1] not in repr(read_signing_key(PEM))


@pytest.mark.parametrize("text", ["", "short", PUBLIC_PEM, EC_PEM, "-----BEGIN PRIVATE KEY-----\nx"])
def test_what_cannot_sign_is_no_key(text: str) -> None:
    with pytest.raises(KeyUnusable):
        read_signing_key(text)
