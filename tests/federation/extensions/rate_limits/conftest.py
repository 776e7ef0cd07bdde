"""Counts in both places, by a clock that tests drive."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from federation.extensions.rate_limits.decision import Counts
from federation.extensions.rate_limits.memory_counts import MemoryCounts
from federation.extensions.rate_limits.redis_counts import RedisCounts
from federation.extensions.stores.redis import open_redis
from tests.redis_server import to

START = 1_790_000_000_000_000


@dataclass(slots=True)
class Clock:
    """A clock that moves when it is told to; microseconds."""

    now: int = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(params=["memory", "redis"])
async def counts(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[Counts]:
    if request.param == "memory":
        yield MemoryCounts(clock=clock)
        return
    async with open_redis(to(request.getfixturevalue("redis_server").url)) as store:
        yield RedisCounts(store, clock)
