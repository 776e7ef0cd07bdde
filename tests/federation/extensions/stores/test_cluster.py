"""A real Redis Cluster: keys lie where their hash tags say, and slots may move."""

import asyncio
from collections.abc import Iterator

import pytest

from federation.extensions.rate_limits.decision import Ask, Bucket, Charge, Settlement
from federation.extensions.rate_limits.quota import exact
from federation.extensions.rate_limits.redis_counts import RedisCounts
from federation.extensions.stores.redis import Script, open_redis
from federation.extensions.stores.redis_link import RedisError
from tests.redis_cluster import running_cluster
from tests.redis_server import PROGRAM, RedisServer, to

pytestmark = pytest.mark.slow

KEYS = [f"{{{n}}}:key" for n in range(30)]
BOTH = Script("redis.call('SET', KEYS[1], 1) redis.call('SET', KEYS[2], 2) return 'done'")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RedisServer]]:
    if PROGRAM is None:
        pytest.skip("no redis-server is installed: nothing is shared")
    with running_cluster(tmp_path_factory.mktemp("cluster")) as servers:
        yield servers


def keys_of(server: RedisServer) -> int:
    return int(server.ask("DBSIZE")[1:])


async def test_keys_of_all_nodes_are_found(cluster: list[RedisServer]) -> None:
    async with open_redis(to(cluster[0].url, cluster=True)) as store:
        await store.put({key: key.encode() for key in KEYS}, ttl=60)

        assert await store.get(KEYS) == [key.encode() for key in KEYS]
        assert all(keys_of(server) for server in cluster)
        assert await store.remove(KEYS) == len(KEYS)


async def test_a_script_runs_where_its_keys_are(cluster: list[RedisServer]) -> None:
    async with open_redis(to(cluster[0].url, cluster=True)) as store:
        for n in range(30):
            assert await store.run(BOTH, [f"{{{n}}}:a", f"{{{n}}}:b"], []) == b"done"
        with pytest.raises(RedisError, match="CROSSSLOT"):
            await store.run(BOTH, ["{1}:a", "{2}:a"], [])


async def test_messages_reach_listeners_at_another_node(cluster: list[RedisServer]) -> None:
    joined = asyncio.Event()
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with (
        asyncio.timeout(5),
        open_redis(to(cluster[0].url, cluster=True)) as here,
        open_redis(to(cluster[2].url, cluster=True)) as there,
    ):
        here.listen("news", heard.put_nowait, joined.set)
        await joined.wait()
        await there.publish("news", b"hello")

        assert await heard.get() == b"hello"


async def test_calls_follow_a_slot_that_moves(cluster: list[RedisServer]) -> None:
    async with open_redis(to(cluster[0].url, cluster=True)) as store:
        await store.put({"{moving}": b"1"}, ttl=60)
        slot = int(cluster[0].ask("CLUSTER KEYSLOT {moving}")[1:])
        ids = [server.ask_whole("CLUSTER MYID").split("\r\n")[1] for server in cluster]
        source = slot * 3 // 16384
        target = (source + 1) % 3
        cluster[target].ask(f"CLUSTER SETSLOT {slot} IMPORTING {ids[source]}")
        cluster[source].ask(f"CLUSTER SETSLOT {slot} MIGRATING {ids[target]}")
        cluster[source].ask(f"MIGRATE 127.0.0.1 {cluster[target].port} interlace:{{moving}} 0 1000")
        while_it_moves = await store.get(["{moving}"])
        for server in (cluster[target], cluster[source]):
            server.ask(f"CLUSTER SETSLOT {slot} NODE {ids[target]}")

        assert while_it_moves == [b"1"]
        assert await store.get(["{moving}"]) == [b"1"]


async def test_all_counts_of_a_decision_lie_on_one_node(cluster: list[RedisServer]) -> None:
    quota = exact(3, 60_000_000)
    for tag in ("limits", *(f"user:{n}" for n in range(20))):
        buckets = [Bucket(f"limit:{{{tag}}}:{name}|user:{n}", quota) for n, name in enumerate(("a", "b", "c"))]
        asks = [Ask(5, tuple(Charge(place, 1) for place in range(3)))]
        async with open_redis(to(cluster[0].url, cluster=True)) as store:
            counts = RedisCounts(store)
            verdict = await counts.decide(buckets, asks)
            await counts.settle([Settlement(buckets[1], verdict.now, 1, 0)])

        assert (list(verdict.admitted), list(verdict.remaining)) == ([3], [0, 0, 0])
