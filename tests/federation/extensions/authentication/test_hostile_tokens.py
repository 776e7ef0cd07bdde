"""Every hostile token is refused, for the reason that it should be, and its honest twin is accepted."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.extensions.authentication.claims import ClaimRules
from federation.extensions.authentication.key_set import KeySet
from federation.extensions.authentication.refusals import Reason, Unauthenticated
from federation.extensions.authentication.verification_key import secret_key
from federation.extensions.authentication.verify_token import TokenVerifier
from tests.federation.extensions.authentication.signing import (
    AUDIENCE,
    ISSUER,
    NOW,
    Signer,
    base64url,
    honest,
    key_set,
    part,
    rsa_key,
    signer,
    verifier,
)

RS, PS, ES, ED = (signer(name) for name in ("RS256", "PS256", "ES256", "EdDSA"))
HS = Signer("HS256", "shared", "a secret of two and thirty bytes")
RSA_PEM = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
STRANGER = signer("EdDSA", "stranger")
NESTED = ClaimRules(frozenset({AUDIENCE}), roles=("realm_access", "roles"))


def trusting() -> TokenVerifier:
    return verifier(key_set(RS, PS, ES, ED))


def trusting_secret() -> TokenVerifier:
    return verifier(KeySet((secret_key(HS.key, "HS256"),)))


def trusting_nested() -> TokenVerifier:
    return verifier(key_set(ED), NESTED)


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile token, why it is refused, and the honest one that differs from it in nothing but the attack."""

    name: str
    reason: Reason
    hostile: Callable[[], str]
    twin: Callable[[], str] = ED.token
    trusts: Callable[[], TokenVerifier] = trusting


def claims(name: str, reason: Reason, hostile: dict[str, Any], twin: dict[str, Any] | None = None) -> Case:
    return Case(name, reason, lambda: ED.token(honest(**hostile)), lambda: ED.token(honest(**(twin or {}))))


def header(name: str, reason: Reason, hostile: object, twin: object = None) -> Case:
    return Case(name, reason, lambda: ED.token(header=hostile), lambda: ED.token(header=twin))


def unsigned(algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(honest())}."


def with_mac(key: bytes, algorithm: str = "HS256", kid: str | None = None) -> str:
    signed = f"{part({'alg': algorithm, 'kid': kid or RS.kid})}.{part(honest())}"
    return f"{signed}.{base64url(hmac.digest(key, signed.encode(), 'sha256'))}"


def tampered(index: int, change: Callable[[str], str]) -> str:
    parts = ED.token().split(".")
    parts[index] = change(parts[index])
    return ".".join(parts)


def of_other_part(index: int, value: object) -> Callable[[str], str]:
    return lambda _: part(value)


def other_last_bits(text: str) -> str:
    """The same bytes in another spelling: base64 leaves bits of the last character unused."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def stripped_es256() -> str:
    """A signature of zeros, which faulty verifiers of ECDSA accept for anything."""
    signed = f"{part({'alg': 'ES256', 'kid': ES.kid})}.{part(honest())}"
    return f"{signed}.{base64url(bytes(64))}"


def es256_in_der() -> str:
    signed = f"{part({'alg': 'ES256', 'kid': ES.kid})}.{part(honest())}"
    from cryptography.hazmat.primitives import hashes

    return f"{signed}.{base64url(ES.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))}"


def raw(payload: str) -> bytes:
    """The honest claims as text with something written into them."""
    return (json.dumps(honest())[:-1] + "," + payload + "}").encode()


def raw_without(name: str, payload: str) -> bytes:
    return (json.dumps(honest(**{name: None}))[:-1] + "," + payload + "}").encode()


ALGORITHMS = [
    Case("no signature, alg none", Reason.WRONG_ALGORITHM, lambda: unsigned("none")),
    Case("no signature, alg None", Reason.WRONG_ALGORITHM, lambda: unsigned("None")),
    Case("no signature, alg NONE", Reason.WRONG_ALGORITHM, lambda: unsigned("NONE")),
    Case("no signature, alg nOnE", Reason.WRONG_ALGORITHM, lambda: unsigned("nOnE")),
    Case("no signature, alg empty", Reason.WRONG_ALGORITHM, lambda: unsigned("")),
    Case("no signature, an honest alg", Reason.BAD_SIGNATURE, lambda: unsigned("EdDSA")),
    Case("alg none over an honest signature", Reason.WRONG_ALGORITHM, lambda: ED.token(header={"alg": "none"})),
    Case("HMAC with the RSA public key", Reason.WRONG_ALGORITHM, lambda: with_mac(RSA_PEM), RS.token),
    Case("HMAC with an empty key", Reason.WRONG_ALGORITHM, lambda: with_mac(b"")),
    Case("HMAC for an issuer of the same kind, another secret", Reason.BAD_SIGNATURE,
         lambda: with_mac(b"x" * 32), HS.token, trusting_secret),
    Case("HMAC with an empty key where a secret is shared", Reason.BAD_SIGNATURE,
         lambda: with_mac(b""), HS.token, trusting_secret),
    Case("HS512 where HS256 is agreed", Reason.WRONG_ALGORITHM,
         lambda: Signer("HS512", HS.kid, HS.key).token(), HS.token, trusting_secret),
    Case("alg none where a secret is shared", Reason.WRONG_ALGORITHM,
         lambda: unsigned("none"), HS.token, trusting_secret),
    Case("RS256 claimed for a PS256 key", Reason.WRONG_ALGORITHM,
         lambda: Signer("RS256", PS.kid, PS.key).token(), PS.token),
    Case("PS256 claimed for an RS256 key", Reason.WRONG_ALGORITHM,
         lambda: Signer("PS256", RS.kid, RS.key).token(), RS.token),
    Case("RS512 claimed for an RS256 key", Reason.WRONG_ALGORITHM,
         lambda: Signer("RS512", RS.kid, RS.key).token(), RS.token),
    Case("ES256 claimed for an EdDSA key", Reason.WRONG_ALGORITHM, lambda: ED.token(header={"alg": "ES256"})),
    Case("alg in lower case", Reason.WRONG_ALGORITHM, lambda: ED.token(header={"alg": "eddsa"})),
    header("alg is a list", Reason.MALFORMED, {"alg": ["EdDSA"]}),
    header("alg is null", Reason.MALFORMED, {"alg": None}),
    header("no alg", Reason.MALFORMED, json.dumps({"kid": ED.kid}).encode()),
]  # fmt: skip

KEYS = [
    header("kid is a path", Reason.UNKNOWN_KEY, {"kid": "../../../../dev/null"}),
    header("kid is SQL", Reason.UNKNOWN_KEY, {"kid": "x' UNION SELECT 'key' --"}),
    header("kid is a command", Reason.UNKNOWN_KEY, {"kid": "key; cat /etc/passwd |"}),
    header("kid is a URL", Reason.UNKNOWN_KEY, {"kid": "http://169.254.169.254/latest"}),
    header("kid is empty", Reason.UNKNOWN_KEY, {"kid": ""}),
    header("kid is null", Reason.MALFORMED, {"kid": None}),
    header("kid is a number", Reason.MALFORMED, {"kid": 1}),
    header("kid is an object", Reason.MALFORMED, {"kid": {"kid": ED.kid}}),
    header("kid of another key", Reason.WRONG_ALGORITHM, {"kid": RS.kid}),
    Case("key of a stranger", Reason.UNKNOWN_KEY, STRANGER.token),
    Case("key of a stranger under an honest name", Reason.BAD_SIGNATURE,
         lambda: Signer("EdDSA", ED.kid, STRANGER.key).token()),
    Case("embedded jwk", Reason.UNSUPPORTED, lambda: STRANGER.token(header={"jwk": STRANGER.jwk})),
    Case("jku to a stranger's keys", Reason.UNSUPPORTED, lambda: STRANGER.token(header={"jku": "https://evil.example"})),
    Case("x5u to a stranger's certificate", Reason.UNSUPPORTED,
         lambda: STRANGER.token(header={"x5u": "https://evil.example/cert.pem"})),
    Case("x5c with a stranger's certificate", Reason.UNSUPPORTED, lambda: STRANGER.token(header={"x5c": ["MIIB"]})),
    header("embedded jwk over an honest signature", Reason.UNSUPPORTED, {"jwk": ED.jwk}),
]  # fmt: skip

SIGNATURES = [
    Case("no signature part", Reason.MALFORMED, lambda: ED.token().rpartition(".")[0]),
    Case("empty signature", Reason.BAD_SIGNATURE, lambda: tampered(2, lambda _: "")),
    Case("short signature", Reason.BAD_SIGNATURE, lambda: tampered(2, lambda text: text[:40])),
    Case("long signature", Reason.BAD_SIGNATURE, lambda: tampered(2, lambda text: text[:84] + "AAAA")),
    Case("other payload under an old signature", Reason.BAD_SIGNATURE,
         lambda: tampered(1, of_other_part(1, honest(sub="admin")))),
    Case("other header under an old signature", Reason.BAD_SIGNATURE,
         lambda: tampered(0, of_other_part(0, {"alg": "EdDSA", "kid": ED.kid, "x": 1}))),
    Case("ES256 signature of zeros", Reason.BAD_SIGNATURE, stripped_es256, ES.token),
    Case("ES256 signature in DER", Reason.BAD_SIGNATURE, es256_in_der, ES.token),
    Case("the same signature in another spelling", Reason.MALFORMED, lambda: tampered(2, other_last_bits)),
]  # fmt: skip

FORM = [
    Case("empty", Reason.MALFORMED, lambda: ""),
    Case("one part", Reason.MALFORMED, lambda: "token"),
    Case("two dots and nothing", Reason.MALFORMED, lambda: ".."),
    Case("four parts", Reason.MALFORMED, lambda: ED.token() + ".x"),
    Case("five parts, encrypted", Reason.MALFORMED, lambda: f"{part({'alg': 'dir', 'enc': 'A256GCM'})}..a.b.c"),
    Case("padded base64", Reason.MALFORMED, lambda: tampered(1, lambda text: text + "=")),
    Case("standard base64", Reason.MALFORMED, lambda: tampered(2, lambda text: "+/" + text[2:])),
    Case("a space in it", Reason.MALFORMED, lambda: tampered(1, lambda text: text[:5] + " " + text[5:])),
    Case("a newline after it", Reason.MALFORMED, lambda: ED.token() + "\n"),
    Case("a null character in it", Reason.MALFORMED, lambda: tampered(1, lambda text: text + "\0")),
    Case("letters beyond ASCII", Reason.MALFORMED, lambda: tampered(1, lambda text: text + "é")),
    Case("header is no JSON", Reason.MALFORMED, lambda: ED.token(header=b"alg=EdDSA")),
    Case("header is a list", Reason.MALFORMED, lambda: ED.token(header=b'["EdDSA"]')),
    Case("payload is a list", Reason.MALFORMED, lambda: ED.token([honest()])),
    Case("payload is a token", Reason.MALFORMED, lambda: ED.token(ED.token().encode())),
    Case("payload is not UTF-8", Reason.MALFORMED, lambda: ED.token(raw('"x": "') + b'\xff"}')),
    Case("payload with half a surrogate pair", Reason.MALFORMED, lambda: ED.token(raw('"x": "\\ud800"'))),
    Case("payload nested 2,000 deep", Reason.MALFORMED, lambda: ED.token(raw('"x": ' + "[" * 2000 + "]" * 2000))),
    Case("payload with NaN", Reason.MALFORMED, lambda: ED.token(raw_without("exp", '"exp": NaN'))),
    Case("payload with something after it", Reason.MALFORMED, lambda: ED.token(json.dumps(honest()).encode() + b"{}")),
    Case("64 KB", Reason.TOO_LARGE, lambda: ED.token(honest(x="x" * 65_536)), lambda: ED.token(honest(x="x" * 5000))),
    Case("64 KB of dots", Reason.TOO_LARGE, lambda: "." * 65_536),
    Case("sub twice", Reason.MALFORMED, lambda: ED.token(raw('"sub": "admin"'))),
    Case("exp twice", Reason.MALFORMED, lambda: ED.token(raw('"exp": 9999999999'))),
    Case("roles twice", Reason.MALFORMED, lambda: ED.token(raw('"roles": ["admin"]'))),
    Case("a key twice, one of them escaped", Reason.MALFORMED, lambda: ED.token(raw('"\\u0073ub": "admin"'))),
    Case("a key twice deep inside", Reason.MALFORMED, lambda: ED.token(raw('"x": {"y": {"z": 1, "z": 2}}'))),
    Case("alg twice", Reason.MALFORMED,
         lambda: ED.token(header=f'{{"alg": "none", "alg": "EdDSA", "kid": "{ED.kid}"}}'.encode())),
    header("crit", Reason.UNSUPPORTED, {"crit": ["exp"], "exp": 1}),
    header("crit, empty", Reason.UNSUPPORTED, {"crit": []}),
    header("unencoded payload", Reason.UNSUPPORTED, {"b64": False, "crit": ["b64"]}),
    header("unencoded payload, not said to be critical", Reason.UNSUPPORTED, {"b64": False}),
    header("compressed payload", Reason.UNSUPPORTED, {"zip": "DEF"}),
    header("a logout token", Reason.UNSUPPORTED, {"typ": "logout+jwt"}, {"typ": "at+jwt"}),
    header("a proof of possession", Reason.UNSUPPORTED, {"typ": "dpop+jwt"}, {"typ": "application/at+jwt"}),
    header("typ is a list", Reason.UNSUPPORTED, {"typ": ["JWT"]}, {"typ": "jwt"}),
]  # fmt: skip

LEEWAY = 30
CLAIMS = [
    claims("no exp", Reason.BAD_CLAIMS, {"exp": None}),
    claims("exp as a string", Reason.BAD_CLAIMS, {"exp": str(NOW + 300)}, {"exp": NOW + 300.5}),
    claims("exp is true", Reason.BAD_CLAIMS, {"exp": True}),
    claims("exp is a list", Reason.BAD_CLAIMS, {"exp": [NOW + 300]}),
    claims("exp is beyond all time", Reason.BAD_CLAIMS, {"exp": 10**40}),
    claims("exp is negative", Reason.BAD_CLAIMS, {"exp": -1}),
    claims("expired longer ago than the leeway", Reason.EXPIRED, {"exp": NOW - LEEWAY}, {"exp": NOW - LEEWAY + 1}),
    claims("not valid until after the leeway", Reason.NOT_YET_VALID, {"nbf": NOW + LEEWAY + 1}, {"nbf": NOW + LEEWAY}),
    claims("nbf as a string", Reason.BAD_CLAIMS, {"nbf": "0"}, {"nbf": None}),
    claims("issued after now", Reason.NOT_YET_VALID, {"iat": NOW + LEEWAY + 1}, {"iat": NOW + LEEWAY}),
    claims("iat as a date", Reason.BAD_CLAIMS, {"iat": "2026-11-25"}, {"iat": None}),
    claims("no iss", Reason.BAD_CLAIMS, {"iss": None}),
    claims("iss of a stranger", Reason.UNKNOWN_ISSUER, {"iss": "https://evil.example"}),
    claims("iss with a slash more", Reason.UNKNOWN_ISSUER, {"iss": ISSUER + "/"}),
    claims("iss in capitals", Reason.UNKNOWN_ISSUER, {"iss": ISSUER.upper()}),
    claims("iss is a list", Reason.BAD_CLAIMS, {"iss": [ISSUER]}),
    claims("no aud", Reason.BAD_CLAIMS, {"aud": None}),
    claims("aud of another graph", Reason.WRONG_AUDIENCE, {"aud": "billing"}, {"aud": ["billing", AUDIENCE]}),
    claims("aud that begins right", Reason.WRONG_AUDIENCE, {"aud": AUDIENCE + ".evil.example"}),
    claims("aud that holds the right one", Reason.WRONG_AUDIENCE, {"aud": f"x {AUDIENCE} y"}),
    claims("aud is an empty list", Reason.WRONG_AUDIENCE, {"aud": []}),
    claims("aud is an object", Reason.BAD_CLAIMS, {"aud": {AUDIENCE: True}}),
    claims("aud with a number in it", Reason.BAD_CLAIMS, {"aud": [AUDIENCE, 1]}),
    claims("roles as a string", Reason.BAD_CLAIMS, {"roles": "reader"}, {"roles": ["reader"]}),
    claims("roles as a string that holds a role", Reason.BAD_CLAIMS, {"roles": "not-an-admin"}, {"roles": []}),
    claims("roles as an object", Reason.BAD_CLAIMS, {"roles": {"admin": True}}),
    claims("roles with a list in it", Reason.BAD_CLAIMS, {"roles": ["reader", ["admin"]]}),
    claims("roles with a number in it", Reason.BAD_CLAIMS, {"roles": [0]}),
    claims("scope as an object", Reason.BAD_CLAIMS, {"scope": {"admin": 1}}, {"scope": ["orders:read"]}),
    claims("scope with a number in it", Reason.BAD_CLAIMS, {"scope": [1]}),
    claims("sub is a number", Reason.BAD_CLAIMS, {"sub": 1}),
    claims("sub is empty", Reason.BAD_CLAIMS, {"sub": ""}),
    claims("sub is a list", Reason.BAD_CLAIMS, {"sub": ["ada", "admin"]}),
    claims("jti is a number", Reason.BAD_CLAIMS, {"jti": 1}),
    Case("nested roles as a string", Reason.BAD_CLAIMS,
         lambda: ED.token(honest(realm_access={"roles": "admin"})),
         lambda: ED.token(honest(realm_access={"roles": ["admin"]})), trusting_nested),
]  # fmt: skip

CASES = [*ALGORITHMS, *KEYS, *SIGNATURES, *FORM, *CLAIMS]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_hostile_token_is_refused(case: Case) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await case.trusts().verify(case.hostile(), NOW)

    assert refused.value.reason is case.reason


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_its_honest_twin_is_accepted(case: Case) -> None:
    token = await case.trusts().verify(case.twin(), NOW)

    assert token.identity.subject == "ada"


def test_the_names_of_hostile_tokens_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
