"""What Redis adds: it may go away, hang, forget scripts, want a password."""

import asyncio
from pathlib import Path

import pytest

from federation.extensions.stores.redis import RedisStore, Script, open_redis
from federation.extensions.stores.redis_link import RedisError
from federation.extensions.stores.store import StoreAway
from tests.redis_server import RedisServer, running_redis, to

ECHO = Script("return {KEYS[1], ARGV[1]}")


async def back(store: RedisStore) -> None:
    """Wait until the store works again, as long as it may take."""
    async with asyncio.timeout(5):
        await store.until_up(5)


async def test_a_script_is_sent_anew_where_it_is_forgotten(redis_server: RedisServer) -> None:
    async with open_redis(to(redis_server.url)) as store:
        assert await store.run(ECHO, ["{a}"], ["x"]) == [b"interlace:{a}", b"x"]
        redis_server.flush()
        assert await store.run(ECHO, ["{a}"], ["y"]) == [b"interlace:{a}", b"y"]


async def test_an_error_of_redis_is_said(redis_server: RedisServer) -> None:
    async with open_redis(to(redis_server.url)) as store:
        with pytest.raises(RedisError, match="compiling"):
            await store.run(Script("nonsense"), ["a"], [])


async def test_calls_in_one_turn_of_the_loop_do_not_wait_for_one_another(redis_server: RedisServer) -> None:
    async with open_redis(to(redis_server.url)) as store:
        replies = await asyncio.gather(*(store.run(ECHO, ["{a}"], [n]) for n in range(500)))

    assert [reply[1] for reply in replies] == [b"%d" % n for n in range(500)]


async def test_a_caller_who_leaves_takes_nobody_elses_reply(redis_server: RedisServer) -> None:
    async with open_redis(to(redis_server.url)) as store, asyncio.TaskGroup() as group:
        leaving = group.create_task(store.run(ECHO, ["{a}"], ["left"]))
        staying = group.create_task(store.run(ECHO, ["{a}"], ["stayed"]))
        await asyncio.sleep(0)
        leaving.cancel()

        assert (await staying)[1] == b"stayed"


async def test_a_server_that_hangs_costs_its_first_callers_the_timeout_and_others_nothing(
    own_redis: RedisServer,
) -> None:
    async with open_redis(to(own_redis.url, timeout=0.02)) as store:
        loop = asyncio.get_running_loop()
        own_redis.pause()
        begun = loop.time()
        first = await asyncio.gather(*(store.get(["a"]) for _ in range(50)), return_exceptions=True)
        waited = loop.time() - begun
        with pytest.raises(StoreAway):
            await store.get(["a"])
        own_redis.resume()
        await back(store)

        assert {type(each) for each in first} == {StoreAway}
        assert 0.019 <= waited < 1
        assert await store.get(["a"]) == [None]


async def test_a_server_that_stops_is_away_until_it_is_back(own_redis: RedisServer) -> None:
    async with open_redis(to(own_redis.url)) as store:
        own_redis.stop()
        with pytest.raises(StoreAway):
            await store.get(["a"])
        with pytest.raises(StoreAway):
            await store.publish("a", b"")
        own_redis.start()
        await back(store)

        assert await store.get(["a"]) == [None]


async def test_listeners_are_told_that_they_may_have_missed_messages(own_redis: RedisServer) -> None:
    joined: asyncio.Queue[bool] = asyncio.Queue()
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with open_redis(to(own_redis.url)) as store, asyncio.timeout(5):
        store.listen("news", heard.put_nowait, lambda: joined.put_nowait(True))
        await joined.get()
        own_redis.stop()
        own_redis.start()
        await joined.get()
        await back(store)
        await store.publish("news", b"back")

        assert await heard.get() == b"back"


async def test_a_gateway_may_start_before_redis(own_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    own_redis.stop()
    async with open_redis(to(own_redis.url)) as store:
        with pytest.raises(StoreAway):
            await store.get(["a"])
        own_redis.start()
        await back(store)

        assert await store.get(["a"]) == [None]
    assert "Redis is away at start" in caplog.messages


async def test_what_is_raised_while_a_store_is_open_stays_what_it_was(redis_server: RedisServer) -> None:
    with pytest.raises(ValueError, match="mine"):
        async with open_redis(to(redis_server.url)):
            raise ValueError("mine")


async def test_password_and_database_are_given(tmp_path: Path) -> None:
    with running_redis(tmp_path, "--requirepass", "geheim") as server:
        right = f"redis://:geheim@127.0.0.1:{server.port}/2"
        async with open_redis(to(right)) as store:
            await store.put({"a": b"1"}, ttl=60)
            assert await store.get(["a"]) == [b"1"]
        async with open_redis(to(server.url)) as store:
            with pytest.raises(StoreAway):
                await store.get(["a"])
