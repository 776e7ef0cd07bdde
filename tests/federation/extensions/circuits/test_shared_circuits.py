"""Circuits that replicas share by a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connectors.traffic.breaker import Breaker, BreakerPolicy, Circuit
from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.errors import ConfigurationError
from federation.extensions.circuits.shared_circuits import SharedCircuits, open_circuits
from federation.extensions.stores.redis import open_redis
from tests.redis_server import RedisServer, to

SOON = 1.0  # the time in which replicas hear of it


@asynccontextmanager
async def replica(server: RedisServer) -> AsyncIterator[SharedCircuits]:
    async with open_redis(to(server.url)) as store, open_circuits(store) as circuits:
        assert circuits is not None
        yield circuits


def follow(circuits: SharedCircuits, name: str = "orders") -> Breaker:
    breaker = Breaker(BreakerPolicy(open_seconds=60.0))
    circuits.follow(name, breaker)
    return breaker


def fail(breaker: Breaker) -> None:
    now = asyncio.get_running_loop().time()
    for _ in range(5):
        breaker.failed(0, now)


async def until(holds: Callable[[], bool], seconds: float = SOON) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - a breaker tells nobody what it heard
            await asyncio.sleep(0.005)


async def becomes(breaker: Breaker, circuit: Circuit, seconds: float = SOON) -> None:
    await until(lambda: breaker.circuit is circuit, seconds)


async def test_a_circuit_that_opens_opens_in_all_replicas_within_a_second(redis_server: RedisServer) -> None:
    async with replica(redis_server) as one, replica(redis_server) as other:
        here, there, unrelated = follow(one), follow(other), follow(other, "users")
        await _until_heard(one, other)

        fail(here)

        await becomes(there, Circuit.OPEN)
        assert unrelated.circuit is Circuit.CLOSED


async def test_a_replica_that_starts_later_knows_which_circuits_are_open(redis_server: RedisServer) -> None:
    async with replica(redis_server) as one:
        here = follow(one)
        await _until_heard(one)
        fail(here)
        async with replica(redis_server) as late:
            await becomes(follow(late), Circuit.OPEN, 5)


async def test_a_circuit_that_closes_is_tried_by_the_others(redis_server: RedisServer) -> None:
    async with replica(redis_server) as one, replica(redis_server) as other:
        here, there = follow(one), follow(other)
        await _until_heard(one, other)
        fail(here)
        await becomes(there, Circuit.OPEN)
        later = asyncio.get_running_loop().time() + 100
        for _ in range(3):
            here.succeeded(here.admit(later), later)

        await until(lambda: (there.opens_again_at or 0) <= asyncio.get_running_loop().time())


async def test_without_redis_each_replica_decides_alone_and_shares_again_when_it_is_back(
    own_redis: RedisServer,
) -> None:
    async with replica(own_redis) as one, replica(own_redis) as other:
        here, there = follow(one), follow(other)
        await _until_heard(one, other)
        own_redis.stop()
        fail(here)
        assert here.circuit is Circuit.OPEN
        assert there.circuit is Circuit.CLOSED
        own_redis.start()
        await _until_heard(one, other)

        fail(there)
        third = follow(other, "third")
        fail(third)

        await becomes(follow(one, "third"), Circuit.OPEN, 5)


async def test_messages_that_cannot_be_read_do_no_harm(redis_server: RedisServer) -> None:
    async with replica(redis_server) as one:
        here = follow(one)
        for message in (b"", b"{}", b"[1]", b'["x", "orders", "soon", 1]', b"\xff"):
            one.hear(message)

        assert here.circuit is Circuit.CLOSED


async def test_sharing_needs_redis(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("type Query { a: Int }")
    text = """
subgraphs: {a: {sdl: a.graphql, url: "http://127.0.0.1:1"}}
services: {a: {endpoints: ["127.0.0.1:1"], breaker: {shared: true}}}
"""
    with pytest.raises(ConfigurationError, match=r"services.a.breaker.shared: needs the section 'redis'"):
        async with open_gateway(parse_config(text, tmp_path / "interlace.yaml")):
            pass


async def _until_heard(*replicas: SharedCircuits) -> None:
    """Wait until the replicas hear one another: until a circuit made for that has opened everywhere."""
    for number, teller in enumerate(replicas):
        name = f"heard {number} {id(teller)}"
        listening = [follow(each, name) for each in replicas if each is not teller]
        told = follow(teller, name)
        async with asyncio.timeout(10):
            while not all(each.circuit is Circuit.OPEN for each in (told, *listening)):
                told.force(told.mode)
                fail(told)
                await asyncio.sleep(0.02)
