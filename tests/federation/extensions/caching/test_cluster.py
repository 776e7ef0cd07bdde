"""The cache over a real Redis Cluster."""

from pathlib import Path

import pytest

from federation.extensions.caching.tags import entity_tags
from federation.extensions.stores.redis import open_redis
from tests.federation.extensions.caching.world import Clock, People, world
from tests.redis_cluster import running_cluster
from tests.redis_server import PROGRAM, to

pytestmark = pytest.mark.slow


async def test_replicas_share_entries_and_invalidations(tmp_path: Path) -> None:
    if PROGRAM is None:
        pytest.skip("no redis-server is installed: nothing is shared")
    clock, people = Clock(), People()
    with running_cluster(tmp_path) as servers:
        async with (
            open_redis(to(servers[0].url, cluster=True)) as store,
            world(store=store, clock=clock, people=people) as one,
            world(store=store, clock=clock, people=people) as other,
        ):
            numbers = tuple(range(20))
            for each in (one, other):
                await each.cache.history.look()
            await one.names(*numbers)
            await one.cache.background.settle()
            await other.names(*numbers)
            assert len(people.calls) == 1
            await one.cache.invalidate(entity_tags("User", {"id": "3"}))
            clock.now += 1
            await other.names(*numbers)

            assert people.asked[1:] == [["3"]]
