"""The layer: verified once, remembered until it expires or is revoked, and never for longer."""

import asyncio
from dataclasses import dataclass, field

import pytest

from federation.extensions.authentication.api_keys import ApiKeys
from federation.extensions.authentication.claims import ClaimRules
from federation.extensions.authentication.credentials import CredentialPlaces
from federation.extensions.authentication.key_set import KeySet
from federation.extensions.authentication.keys import Keys
from federation.extensions.authentication.layer import AuthenticationLayer, AuthenticationOptions
from federation.extensions.authentication.refusals import AuthenticationUnavailable, Reason, Unauthenticated
from federation.extensions.authentication.remembered_tokens import RememberedTokens
from federation.extensions.authentication.revocations import Revocation, Revocations
from federation.extensions.authentication.verify_token import Issuer, TokenVerifier
from federation.identity import Identity
from federation.request import ClientAnswer, ClientRequest, RequestContext
from tests.federation.extensions.authentication.signing import AUDIENCE, ISSUER, NOW, honest, key_set, signer

ED = signer("EdDSA")


@dataclass(slots=True)
class CountedKeys:
    """Counts how often keys are asked for: once for each verification."""

    keys: KeySet = field(default_factory=lambda: key_set(ED))
    asked: int = 0

    async def for_kid(self, kid: str | None) -> KeySet:
        self.asked += 1
        return self.keys


class SilentKeys:
    """An issuer that never answers."""

    async def for_kid(self, kid: str | None) -> KeySet:
        await asyncio.Event().wait()
        raise AssertionError


class World:
    """A layer around a handler that gives the identity, with a clock to move."""

    def __init__(self, keys: Keys, most: int = 10) -> None:
        self.time = float(NOW)
        self.revocations = Revocations(lambda: self.time, 3600)
        self.remembered = RememberedTokens(most)
        self.revocations.watch(self.remembered)
        issuer = Issuer(ISSUER, keys, ClaimRules(frozenset({AUDIENCE})))
        layer = AuthenticationLayer(
            AuthenticationOptions(CredentialPlaces()),
            TokenVerifier({ISSUER: issuer}),
            ApiKeys({}),
            self.remembered,
            self.revocations,
            now=lambda: self.time,
        )
        self.handler = layer.wrap(self.inner)

    async def inner(self, _: ClientRequest, context: RequestContext) -> ClientAnswer:
        self.seen = context.identity
        return ClientAnswer(b"{}")

    async def ask(self, token: str, seconds: float = 5) -> Identity:
        context = RequestContext(asyncio.get_running_loop().time() + seconds)
        await self.handler(ClientRequest("{ a }", headers={"authorization": f"Bearer {token}"}), context)
        return self.seen


async def test_a_token_is_verified_once() -> None:
    keys = CountedKeys()
    world = World(keys)
    token = ED.token()

    assert [(await world.ask(token)).subject for _ in range(5)] == ["ada"] * 5
    assert keys.asked == 1


async def test_another_token_is_not_taken_for_one_that_is_remembered() -> None:
    world = World(CountedKeys())
    token = ED.token()
    await world.ask(token)

    for other in (token[:-4] + "AAAA", token + "A", token[:-1]):
        with pytest.raises(Unauthenticated):
            await world.ask(other)


async def test_a_remembered_token_expires_as_any_other() -> None:
    world = World(CountedKeys())
    token = ED.token(honest(exp=NOW + 100))
    await world.ask(token)
    world.time = NOW + 129.9
    await world.ask(token)
    world.time = NOW + 130
    with pytest.raises(Unauthenticated) as refused:
        await world.ask(token)

    assert refused.value.reason is Reason.EXPIRED


async def test_a_revoked_token_is_refused_on_its_next_request() -> None:
    world = World(CountedKeys())
    token = ED.token()
    await world.ask(token)
    await world.revocations.revoke(Revocation("token_id", "1", ISSUER))

    with pytest.raises(Unauthenticated) as refused:
        await world.ask(token)
    assert refused.value.reason is Reason.REVOKED


async def test_only_so_many_tokens_are_remembered_and_those_in_use_stay() -> None:
    keys = CountedKeys()
    world = World(keys, most=2)
    often, *others = (ED.token(honest(jti=str(number))) for number in range(6))
    for other in others:
        await world.ask(often)
        await world.ask(other)

    assert keys.asked == 6


async def test_a_refused_token_is_not_remembered() -> None:
    keys = CountedKeys()
    world = World(keys)
    forged = ED.token().rpartition(".")[0] + "." + "A" * 86
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await world.ask(forged)

    assert keys.asked == 3


async def test_an_issuer_that_never_answers_is_not_waited_for_beyond_the_request() -> None:
    with pytest.raises(AuthenticationUnavailable):
        await World(SilentKeys()).ask(ED.token(), seconds=0.01)
