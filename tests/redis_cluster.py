"""Run a real Redis Cluster of three nodes for a test."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.redis_server import RedisServer, running_redis
from tests.server_process import START_SECONDS, free_port

SLOTS = 16384


@contextmanager
def running_cluster(folder: Path, nodes: int = 3) -> Iterator[list[RedisServer]]:
    """Nodes that share the slots evenly, in their order."""
    with ExitStack() as stack:
        servers: list[RedisServer] = []
        for number in range(nodes):
            own = folder / str(number)
            own.mkdir()
            settings = (
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                "2000",
                "--cluster-port",
                str(free_port()),
            )
            servers.append(stack.enter_context(running_redis(own, *settings)))
        for number, server in enumerate(servers):
            first, last = SLOTS * number // nodes, SLOTS * (number + 1) // nodes - 1
            assert server.ask(f"CLUSTER ADDSLOTSRANGE {first} {last}") == "+OK"
            assert server.ask(f"CLUSTER SET-CONFIG-EPOCH {number + 1}") == "+OK"
        for server in servers[1:]:
            assert servers[0].ask(f"CLUSTER MEET 127.0.0.1 {server.port} {server.cluster_port}") == "+OK"
        _wait_until_whole(servers)
        yield servers


def _wait_until_whole(servers: list[RedisServer]) -> None:
    end = monotonic() + START_SECONDS
    while not all(
        "cluster_state:ok" in (known := server.ask_whole("CLUSTER INFO"))
        and f"cluster_known_nodes:{len(servers)}" in known
        for server in servers
    ):
        assert monotonic() < end, "the Redis Cluster did not come together"
        sleep(0.02)
