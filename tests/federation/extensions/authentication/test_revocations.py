"""What is revoked is forgotten and refused at once, in every replica, and no more than is meant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from federation.extensions.authentication.refusals import AuthenticationUnavailable, Reason, Unauthenticated
from federation.extensions.authentication.remembered_tokens import RememberedTokens, VerifiedToken
from federation.extensions.authentication.revocations import Revocation, Revocations
from federation.extensions.stores.redis import open_redis
from federation.extensions.stores.store import Store
from tests.federation.extensions.authentication.signing import ISSUER, NOW, honest, key_set, signer, verifier
from tests.redis_server import RedisServer, to

ED = signer("EdDSA")
ADA = Revocation("subject", "ada", ISSUER)


@dataclass(slots=True)
class Replica:
    """What one gateway knows."""

    revocations: Revocations
    remembered: RememberedTokens

    def remembers(self, token: VerifiedToken) -> bool:
        return self.remembered.find(token.hash, NOW) is not None

    async def accepts(self, token: VerifiedToken) -> bool:
        try:
            await self.revocations.check(token)
        except Unauthenticated as error:
            if error.reason is not Reason.REVOKED:
                raise
            return False
        return True

    async def until_forgotten(self, token: VerifiedToken, seconds: float = 1) -> None:
        async with asyncio.timeout(seconds):
            while self.remembers(token):  # noqa: ASYNC110 - a message from another process sets no event of this one
                await asyncio.sleep(0.001)


def replica(store: Store | None = None, *, refuses: bool = False) -> Replica:
    remembered = RememberedTokens(100)
    revocations = Revocations(lambda: NOW, 3600, store, refuse_when_away=refuses)
    revocations.watch(remembered)
    return Replica(revocations, remembered)


async def token(**claims: object) -> VerifiedToken:
    return await verifier(key_set(ED)).verify(ED.token(honest(**claims)), NOW)


@pytest.mark.parametrize("kind", ["token", "token_id", "subject"])
async def test_what_is_revoked_is_forgotten_and_refused(kind: str) -> None:
    one = replica()
    meant = await token()
    one.remembered.keep(meant)
    means = {
        "token": Revocation("token", meant.hash.hex()),
        "token_id": Revocation("token_id", "1", ISSUER),
        "subject": ADA,
    }

    await one.revocations.revoke(means[kind])

    assert not one.remembers(meant)
    assert not await one.accepts(meant)


@pytest.mark.parametrize(
    "claims", [{"sub": "grace", "jti": "2"}, {"sub": "ada2", "jti": "11"}, {"sub": None, "jti": None}]
)
async def test_other_tokens_stay(claims: dict[str, object]) -> None:
    one = replica()
    other = await token(**claims)
    one.remembered.keep(other)

    await one.revocations.revoke(ADA)
    await one.revocations.revoke(Revocation("token_id", "1", ISSUER))

    assert one.remembers(other)
    assert await one.accepts(other)


async def test_a_subject_of_another_issuer_stays() -> None:
    one = replica()
    await one.revocations.revoke(Revocation("subject", "ada", "https://other.example"))

    assert await one.accepts(await token())


async def test_tokens_that_a_subject_gets_later_are_good() -> None:
    one = replica()
    await one.revocations.revoke(ADA)

    assert await one.accepts(await token(iat=NOW + 1))
    assert not await one.accepts(await token(iat=None))


async def test_revocations_are_kept_for_their_time_and_no_longer() -> None:
    time = [float(NOW)]
    kept = Revocations(lambda: time[0], 3600)
    one = Replica(kept, RememberedTokens(1))
    await kept.revoke(ADA)
    time[0] += 3599
    await kept.revoke(Revocation("token_id", "x", ISSUER))
    assert not await one.accepts(await token())

    time[0] += 2
    await kept.revoke(Revocation("token_id", "y", ISSUER))
    assert await one.accepts(await token())


@asynccontextmanager
async def replicas(server: RedisServer, number: int = 2, *, refuses: bool = False) -> AsyncIterator[list[Replica]]:
    """Gateways that share a Redis and already hear of one another."""
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(number):
            store = await stack.enter_async_context(open_redis(to(server.url)))
            one = replica(store, refuses=refuses)
            probe = await token(jti="probe")
            one.remembered.keep(probe)
            stack.callback(one.revocations.listen())
            await one.until_forgotten(probe, 10)  # joining forgets everything
            found.append(one)
        yield found


async def test_all_replicas_forget_within_a_second(redis_server: RedisServer) -> None:
    meant = await token()
    async with replicas(redis_server) as (one, other):
        other.remembered.keep(meant)
        await one.revocations.revoke(ADA)
        await other.until_forgotten(meant)

        assert not await other.accepts(meant)


async def test_a_replica_that_starts_later_knows(redis_server: RedisServer) -> None:
    async with replicas(redis_server, 1) as (one,):
        await one.revocations.revoke(ADA)
    async with replicas(redis_server, 1) as (later,):
        assert not await later.accepts(await token())
        assert await later.accepts(await token(sub="grace", jti="2"))


@pytest.mark.parametrize("refuses", [False, True])
async def test_while_redis_is_away_what_was_heard_counts(own_redis: RedisServer, refuses: bool) -> None:
    async with replicas(own_redis, 1, refuses=refuses) as (one,):
        await one.revocations.revoke(ADA)
        own_redis.stop()
        other = await token(sub="grace", jti="2")
        if refuses:
            with pytest.raises(AuthenticationUnavailable):
                await one.revocations.check(other)
        else:
            assert await one.accepts(other)
            assert not await one.accepts(await token())


async def test_a_token_is_verified_anew_when_redis_is_back(own_redis: RedisServer) -> None:
    async with replicas(own_redis, 1) as (one,):
        kept = await token()
        one.remembered.keep(kept)
        own_redis.stop()
        assert one.remembers(kept)
        own_redis.start()
        await one.until_forgotten(kept, 10)
