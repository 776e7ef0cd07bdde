"""What both stores promise alike."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from federation.extensions.stores.memory import MemoryStore
from federation.extensions.stores.redis import open_redis
from federation.extensions.stores.redis_options import RedisOptions, read_redis_url
from federation.extensions.stores.store import Store
from tests.redis_server import to


@pytest_asyncio.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with open_redis(to(request.getfixturevalue("redis_server").url)) as store:
        yield store


async def test_values_come_in_the_order_of_their_keys(store: Store) -> None:
    await store.put({"a": b"1", "b": b"2"}, ttl=60)

    assert await store.get(["b", "x", "a", "b"]) == [b"2", None, b"1", b"2"]


async def test_a_value_takes_the_place_of_another(store: Store) -> None:
    await store.put({"a": b"1"}, ttl=60)
    await store.put({"a": b"2"}, ttl=60)

    assert await store.get(["a"]) == [b"2"]


async def test_a_value_ends_with_its_lifetime(store: Store) -> None:
    await store.put({"a": b"1"}, ttl=0.001)
    async with asyncio.timeout(5):
        while (await store.get(["a"])) != [None]:  # noqa: ASYNC110 - Redis has no event for this
            await asyncio.sleep(0)


async def test_of_several_who_add_one_succeeds(store: Store) -> None:
    assert sorted(await asyncio.gather(*(store.add("a", b"%d" % n, ttl=60) for n in range(5)))) == [False] * 4 + [True]
    assert await store.get(["a"]) == [b"0"]


async def test_removing_says_how_many_there_were(store: Store) -> None:
    await store.put({"a": b"1", "b": b"2"}, ttl=60)

    assert await store.remove(["a", "b", "c"]) == 2
    assert await store.get(["a", "b"]) == [None, None]


async def test_messages_reach_who_listens(store: Store) -> None:
    heard: list[bytes] = []
    joined, came = asyncio.Event(), asyncio.Event()

    def hear(message: bytes) -> None:
        heard.append(message)
        came.set()

    leave = store.listen("news", hear, joined.set)
    async with asyncio.timeout(5):
        await joined.wait()
        await store.publish("other", b"not for us")
        await store.publish("news", b"for us")
        await came.wait()
    leave()
    await store.publish("news", b"too late")

    assert heard == [b"for us"]


def test_what_was_written_longest_ago_leaves_a_full_memory_first() -> None:
    store = MemoryStore(most_bytes=650)

    async def fill() -> list[bytes | None]:
        for key in ("a", "b", "a", "c", "d"):
            await store.put({key: b"-"}, ttl=60)
        return await store.get(["a", "b", "c", "d"])

    assert asyncio.run(fill()) == [b"-", None, b"-", b"-"]


def test_an_address_is_read_with_user_password_and_database() -> None:
    options = read_redis_url("redis://us%40er:se%2Fcret@cache.example:6380/3")

    assert options == RedisOptions("cache.example", 6380, "us@er", "se/cret", 3)
    assert "se/cret" not in repr(options)
