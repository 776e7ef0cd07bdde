"""What tests of all folders may use: a real Redis server; and what is checked after all of them."""

from collections.abc import Iterator

import pytest

from tests.leaks import no_socket_is_left, no_task_is_left, pytest_collection_modifyitems
from tests.redis_server import PROGRAM, RedisServer, running_redis

__all__ = ["no_socket_is_left", "no_task_is_left", "pytest_collection_modifyitems"]


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if PROGRAM is None:
        pytest.skip("no redis-server is installed: nothing is shared")
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_server(shared_redis: RedisServer) -> RedisServer:
    """A running Redis server with nothing in it."""
    shared_redis.flush()
    return shared_redis


@pytest.fixture
def own_redis(tmp_path: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server of this test's own, to pause and stop."""
    if PROGRAM is None:
        pytest.skip("no redis-server is installed: nothing is shared")
    with running_redis(tmp_path) as server:
        yield server
