"""What a token that is right says, by every algorithm and in every form that is allowed."""

import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.extensions.authentication.algorithms import PUBLIC_KEY_ALGORITHMS
from federation.extensions.authentication.claims import ClaimRules
from federation.extensions.authentication.key_set import KeySet, read_key_set
from federation.extensions.authentication.keys import FixedKeys
from federation.extensions.authentication.refusals import Unauthenticated
from federation.extensions.authentication.strict_json import NotStrict
from federation.extensions.authentication.verification_key import KeyUnusable, read_jwk, secret_key
from federation.extensions.authentication.verify_token import Issuer, TokenVerifier
from tests.federation.extensions.authentication.signing import (
    AUDIENCE,
    EVERY,
    ISSUER,
    NOW,
    Signer,
    base64url,
    honest,
    key_set,
    rsa_key,
    signer,
    verifier,
)

ED = signer("EdDSA")
ANYBODY = ClaimRules(frozenset({AUDIENCE}))


@pytest.mark.parametrize("name", [*PUBLIC_KEY_ALGORITHMS, "Ed448"])
async def test_every_algorithm_with_public_keys_is_verified(name: str) -> None:
    by = signer(name)

    token = await verifier(key_set(by)).verify(by.token(), NOW)

    assert token.identity.subject == "ada"


@pytest.mark.parametrize("name", ["HS256", "HS384", "HS512"])
async def test_every_algorithm_with_secrets_is_verified(name: str) -> None:
    by = signer(name)

    token = await verifier(KeySet((secret_key(by.key, name),))).verify(by.token(), NOW)

    assert token.identity.subject == "ada"


async def test_an_identity_has_what_the_token_says() -> None:
    token = await verifier(key_set(ED)).verify(ED.token(), NOW)

    identity = token.identity
    assert (identity.subject, identity.method, identity.claims["jti"]) == ("ada", "jwt", "1")
    assert (identity.roles, identity.scopes) == ({"reader"}, {"orders:read", "users:read"})
    assert (token.until, token.token_id, token.issuer) == (NOW + 330, "1", ISSUER)


@pytest.mark.parametrize(
    ("rules", "claims"),
    [
        (ClaimRules(None, roles=("realm_access", "roles")), {"realm_access": {"roles": ["admin"]}}),
        (ClaimRules(None, roles=("https://shop.example/roles",)), {"https://shop.example/roles": ["admin"]}),
    ],
    ids=["nested", "with dots in its name"],
)
async def test_roles_are_found_where_the_issuer_puts_them(rules: ClaimRules, claims: dict[str, object]) -> None:
    token = await verifier(key_set(ED), rules).verify(ED.token(honest(roles=None, **claims)), NOW)

    assert token.identity.roles == {"admin"}


@pytest.mark.parametrize("claims", [{"aud": None}, {"aud": "another"}, {"exp": None}])
async def test_what_an_issuer_may_leave_out_is_not_asked_for(claims: dict[str, object]) -> None:
    rules = ClaimRules(None, frozenset({"exp"}))

    token = await verifier(key_set(ED), rules).verify(ED.token(honest(**claims)), NOW)

    assert token.until > NOW


async def test_a_token_without_issuer_is_of_the_one_that_may_leave_it_out() -> None:
    issuer = Issuer(ISSUER, FixedKeys(key_set(ED)), ANYBODY)

    token = await TokenVerifier({ISSUER: issuer}, issuer).verify(ED.token(honest(iss=None)), NOW)

    assert token.issuer == ISSUER


async def test_a_token_without_kid_is_tried_with_the_few_keys_of_its_algorithm() -> None:
    keys = key_set(*(signer("EdDSA", f"k{number}") for number in range(3)), ED)
    many = key_set(*(signer("EdDSA", f"k{number}") for number in range(9)), ED)
    token = ED.token(header=json.dumps({"alg": "EdDSA"}).encode())

    assert (await verifier(keys).verify(token, NOW)).identity.subject == "ada"
    with pytest.raises(Unauthenticated):
        await verifier(many).verify(token, NOW)


async def scope_keys(*claims: dict[str, object]) -> list[tuple[str, str]]:
    rules = ClaimRules(None, told=(("tenant",),))
    checked = [await verifier(key_set(ED), rules).verify(ED.token(honest(**each)), NOW) for each in claims]
    return [(each.identity.scope_key, each.identity.answer_scope) for each in checked]


async def test_tokens_of_one_subject_are_one_principal_and_of_two_are_two() -> None:
    (first, _), (renewed, _), (other, _) = await scope_keys({"jti": "1"}, {"jti": "2"}, {"sub": "grace"})

    assert first == renewed != other


async def test_answers_are_kept_apart_by_roles_scopes_and_told_claims_and_nothing_else() -> None:
    different = [{}, {"roles": []}, {"scope": ""}, {"tenant": "t1"}, {"tenant": "t2"}]
    same = [{"jti": "2"}, {"exp": NOW + 100}, {"scope": "users:read orders:read"}, {"x": 1}]
    scopes = [scope for _, scope in await scope_keys(*different, *same)]

    assert len(set(scopes[:5])) == 5
    assert set(scopes[5:]) == {scopes[0]}


async def test_tokens_without_subject_are_principals_of_their_own() -> None:
    (first, _), (second, _) = await scope_keys({"sub": None, "jti": "1"}, {"sub": None, "jti": "2"})

    assert first != second


RSA = signer("RS256").jwk


@pytest.mark.parametrize(
    ("jwk", "problem"),
    [
        ({"kty": "oct", "k": "c2VjcmV0"}, "holds a secret"),
        ({**RSA, "d": "AQAB"}, "holds a secret"),
        ({**RSA, "use": "enc"}, "not for signatures"),
        ({**RSA, "key_ops": ["encrypt"]}, "not for signatures"),
        ({**RSA, "alg": "HS256"}, "not for such a key"),
        ({**RSA, "alg": "ES256"}, "not for such a key"),
        ({**RSA, "alg": "none"}, "not for such a key"),
        ({**RSA, "kid": 1}, "no string"),
        ({"kty": "RSA", "alg": "RS256"}, "not a whole RSA key"),
        (Signer("RS256", "short", rsa_key(1024)).jwk, "1024 bits"),
        ({**signer("ES256").jwk, "crv": "secp256k1", "alg": "ES256K"}, "no allowed algorithm"),
        ({**signer("ES256").jwk, "x": "AAAA"}, "not a whole EC key"),
    ],
)
def test_a_key_that_nothing_should_be_verified_with_is_not_used(jwk: dict[str, object], problem: str) -> None:
    with pytest.raises(KeyUnusable, match=problem):
        read_jwk(jwk, EVERY)


@pytest.mark.parametrize(("allowed", "algorithm"), [(EVERY, "RS256"), (("ES256", "PS512"), "PS512")])
def test_a_key_without_algorithm_is_for_the_first_allowed_that_fits(allowed: tuple[str, ...], algorithm: str) -> None:
    jwk = {name: value for name, value in RSA.items() if name != "alg"}

    assert read_jwk(jwk, allowed).algorithm == algorithm


def test_an_odd_key_does_not_lock_out_who_has_another() -> None:
    text = json.dumps({"keys": [{"kty": "new kind"}, 7, ED.jwk]}).encode()

    assert read_key_set(text, EVERY, "a test").knows(ED.kid)


def test_only_allowed_algorithms_are_used() -> None:
    with pytest.raises(NotStrict):
        read_key_set(json.dumps({"keys": [ED.jwk]}).encode(), ("RS256",), "a test")


PUBLIC_PEM = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    "secret", ["", "x" * 31, PUBLIC_PEM, json.dumps(RSA)], ids=["empty", "short", "a public key", "a JSON Web Key"]
)
def test_a_weak_or_public_secret_is_none(secret: str) -> None:
    with pytest.raises(KeyUnusable):
        secret_key(secret, "HS256")


@pytest.mark.parametrize("length", [0, 1, 31, 32, 63, 64, 65, 71, 72, 132, 255, 256, 257])
async def test_signatures_of_any_length_are_refused_alike(length: int) -> None:
    for by in (ED, signer("ES256"), signer("RS256")):
        forged = by.token().rpartition(".")[0] + "." + base64url(b"\1" * length)
        with pytest.raises(Unauthenticated):
            await verifier(key_set(by)).verify(forged, NOW)
