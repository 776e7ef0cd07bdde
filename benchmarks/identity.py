"""What it costs to know who asks: by a remembered token, one that is verified, or an API key."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from federation.extensions.authentication.algorithms import PUBLIC_KEY_ALGORITHMS
from federation.extensions.authentication.api_keys import ApiKey, ApiKeys, hash_api_key, new_api_key
from federation.extensions.authentication.claims import ClaimRules
from federation.extensions.authentication.credentials import CredentialPlaces
from federation.extensions.authentication.internal_tokens import InternalTokens, TokenTerms
from federation.extensions.authentication.key_set import KeySet, read_key_set
from federation.extensions.authentication.keys import FixedKeys
from federation.extensions.authentication.layer import AuthenticationLayer, AuthenticationOptions
from federation.extensions.authentication.remembered_tokens import RememberedTokens, hash_token
from federation.extensions.authentication.revocations import Revocations
from federation.extensions.authentication.signing_key import SigningKey
from federation.extensions.authentication.verification_key import secret_key
from federation.extensions.authentication.verify_token import Issuer, TokenVerifier
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext

ISSUER, AUDIENCE, SECRET = "https://login.example", "graph", "a secret of two and thirty bytes!"
ROUNDS, TIMES = 15, 1_000
PRIVATE = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "PS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    "HS256": SECRET,
}
CLAIMS = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "5f2c6a1e-9a44-4b32-9f0b-2f6f4d0a7d11",
    "exp": int(time.time()) + 3600,
    "iat": int(time.time()),
    "jti": "c0a1d3f2",
    "azp": "storefront",
    "email": "ada@shop.example",
    "roles": ["reader", "buyer"],
    "scope": "orders:read users:read",
}


def keys_of(name: str) -> KeySet:
    """The key set of an issuer that signs by this algorithm."""
    if name == "HS256":
        return KeySet((secret_key(SECRET, name),))
    jwk = jwt.get_algorithm_by_name(name).to_jwk(PRIVATE[name].public_key(), as_dict=True)
    return read_key_set(json.dumps({"keys": [{**jwk, "kid": "1", "alg": name}]}).encode(), [*PUBLIC_KEY_ALGORITHMS], "")


def layered(verifier: TokenVerifier, keys: ApiKeys) -> Handler:
    """The layer as a gateway has it, around nothing."""
    places = CredentialPlaces(api_key_header="x-api-key")
    revocations = Revocations(time.time, 3600)
    return AuthenticationLayer(
        AuthenticationOptions(places, anonymous=True, reserved_headers=frozenset({"x-user-id"})),
        verifier,
        keys,
        RememberedTokens(10_000),
        revocations,
    ).wrap(nothing)


async def nothing(_request: ClientRequest, _context: RequestContext) -> ClientAnswer:
    """The handler inside."""
    return ClientAnswer(b"")


async def micros(call: Callable[[], Awaitable[object]]) -> float:
    """CPU µs of one call: the least of some rounds, as others use the machine too."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(TIMES):
            await call()
        rounds.append((time.process_time() - start) / TIMES * 1e6)
    return min(rounds)


async def main() -> None:
    """Print the table."""
    context = RequestContext(asyncio.get_running_loop().time() + 3600)
    key, key_id = new_api_key()
    keys = ApiKeys({key_id: ApiKey(hash_api_key(key), "billing")})
    browser = {f"header-{number}": "value" for number in range(12)}
    anonymous = ClientRequest("", headers=browser)
    bare = await micros(lambda: nothing(anonymous, context))
    for name, private in PRIVATE.items():
        token = jwt.encode(CLAIMS, private, name, {"kid": "1"})
        issuer = Issuer(ISSUER, FixedKeys(keys_of(name)), ClaimRules(frozenset({AUDIENCE})))
        verifier = TokenVerifier({ISSUER: issuer})
        request = ClientRequest("", headers={**browser, "authorization": f"Bearer {token}"})
        answer = layered(verifier, keys)
        verified = await micros(lambda: verifier.verify(token, time.time()))  # noqa: B023 - called in this turn
        remembered = await micros(lambda: answer(request, context)) - bare  # noqa: B023
        print(f"{name}: {len(token)} bytes, verified {verified:6.1f} µs, remembered {remembered:5.2f} µs")
    answer = layered(TokenVerifier({}), keys)
    by_key = ClientRequest("", headers={**browser, "x-api-key": key})
    print(f"API key {await micros(lambda: answer(by_key, context)) - bare:5.2f} µs")
    print(f"anonymous {await micros(lambda: answer(anonymous, context)) - bare:5.2f} µs")

    async def hashed() -> bytes:
        return hash_token(token)

    print(f"of which the hash of a token of {len(token)} bytes {await micros(hashed):5.2f} µs")
    await internal(keys.identify(key, 0))


async def internal(identity: object) -> None:
    """Tokens for services: signed, and given again."""
    signing = SigningKey("EdDSA", "1", {}, PRIVATE["EdDSA"])

    async def signed() -> str:
        return InternalTokens(signing, TokenTerms()).token(identity, "orders")  # type: ignore[arg-type]

    kept = InternalTokens(signing, TokenTerms())

    async def given_again() -> str:
        return kept.token(identity, "orders")  # type: ignore[arg-type]

    print(
        f"token for a service: signed {await micros(signed):5.1f} µs, given again {await micros(given_again):5.2f} µs"
    )


if __name__ == "__main__":
    asyncio.run(main())
