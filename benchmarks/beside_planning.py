"""How long prepared operations wait while others are planned, by how often threads take turns.

    python -m benchmarks.beside_planning [SECONDS]

The prepared operation asks one service, which answers through a pair of sockets, so that the event loop gives up its
turn as often as it does in real requests. Beside it heavy operations are planned without a pause.
"""

import asyncio
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from connectors.protocol import Answer, CallRequest, Fetch
from federation.execution.graph_connector import GraphConnector
from federation.operations.limits import OperationLimits
from federation.pipeline import Pipeline, PipelineOptions
from federation.request import ClientRequest, RequestContext
from tests.federation.planning.read_cases import supergraph_of

HOT = "{ product { id } }"
# Takes hundreds of milliseconds to plan.
HEAVY = f"{{ {' '.join(f'a{number}: product {{ offer }}' for number in range(300))} }}"
SWITCH_INTERVALS_MS = (5.0, 1.0, 0.5, 0.2, 0.1)
TIMEOUT = 600


class Echoed:
    """A connector whose answer has been through a pair of sockets."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)

    def prepare(self, fetch: Fetch) -> Fetch:
        return fetch

    async def call(self, _: CallRequest) -> Answer:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._near, b"?")
        await loop.sock_recv(self._far, 1)
        await loop.sock_sendall(self._far, b"!")
        await loop.sock_recv(self._near, 1)
        return Answer({"product": {"id": "1"}})

    async def close(self) -> None:
        self._near.close()
        self._far.close()


async def measure(at_once: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of each answer to the prepared operation, sorted; and how many heavy operations were planned."""
    supergraph = supergraph_of("requires")
    connector = Echoed()
    connectors = {name: GraphConnector(connector, name) for name in supergraph.graphs}
    pipeline = Pipeline(supergraph, connectors, PipelineOptions(OperationLimits()))
    threads = ThreadPoolExecutor(at_once) if at_once else None
    stop = threading.Event()
    planned = 0

    def plan_on() -> None:
        nonlocal planned
        while not stop.is_set():
            pipeline.prepare(HEAVY, None)
            planned += 1

    loop = asyncio.get_running_loop()
    await pipeline.answer(ClientRequest(HOT), RequestContext(loop.time() + TIMEOUT))
    for _ in range(at_once):
        assert threads is not None
        threads.submit(plan_on)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        await pipeline.answer(ClientRequest(HOT), RequestContext(loop.time() + TIMEOUT))
        took.append((time.perf_counter() - start) * 1000)
    stop.set()
    if threads is not None:
        threads.shutdown()
    pipeline.close()
    await connector.close()
    return sorted(took), planned


def main(seconds: float) -> None:
    print("threads  interval ms   p50 ms   p99 ms   answers   planned")
    for at_once in (0, 1, 2, 4):
        for interval in SWITCH_INTERVALS_MS if at_once else SWITCH_INTERVALS_MS[:1]:
            sys.setswitchinterval(interval / 1000)
            took, planned = asyncio.run(measure(at_once, seconds))
            median, late = took[len(took) // 2], took[len(took) * 99 // 100]
            print(f"{at_once:7}  {interval:11}  {median:7.2f}  {late:7.2f}  {len(took):8}  {planned:8}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0)
