"""What hedging gains and costs over real connections, where 2 % of the calls take 20 times as long.

    python -m benchmarks.hedging [--rate 100] [--seconds 30]

Two servers on loopback answer in about 10 ms, one call in fifty in about 200 ms. Calls are sent at random times (open
loop), first without hedging and then with it.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import uvloop

from connectors.traffic.http_service import HttpService
from connectors.traffic.policy import HedgingPolicy, TrafficPolicy

USUAL, SLOW, SLOW_SHARE = 0.010, 0.200, 0.02
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
WARM_UP_SHARE = 0.1


class Servers:
    """Servers that are slow now and then; `calls` counts what they were asked."""

    def __init__(self, seed: int) -> None:
        self.calls = 0
        self._random = Random(seed)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request on one connection."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.calls += 1
                seconds = SLOW if self._random.random() < SLOW_SHARE else USUAL
                await asyncio.sleep(seconds * (0.9 + self._random.random() / 5))
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # the client has left, or all has been measured
        finally:
            writer.close()

    @asynccontextmanager
    async def running(self, count: int) -> AsyncIterator[list[str]]:
        """So many of them while the block runs; gives their addresses."""
        servers = [await asyncio.start_server(self.serve, "127.0.0.1", 0) for _ in range(count)]
        try:
            yield [f"http://127.0.0.1:{each.sockets[0].getsockname()[1]}" for each in servers]
        finally:
            for each in servers:
                each.close()


async def measure(policy: TrafficPolicy, rate: float, seconds: float) -> tuple[list[float], float]:
    """Seconds of each call in order of size, and how many calls were made for each that was asked for."""
    servers, draw, loop = Servers(1), Random(2).expovariate, asyncio.get_running_loop()
    took: list[float] = []
    asked = 0

    async def one() -> None:
        begun = loop.time()
        await service.request("GET", "/", (), None, begun + 5, idempotent=True)
        took.append(loop.time() - begun)

    async with servers.running(2) as addresses:
        service = HttpService("bench", addresses, policy=policy)
        async with asyncio.TaskGroup() as group:
            due, until = loop.time(), loop.time() + seconds
            while due < until:
                await asyncio.sleep(max(0.0, due - loop.time()))
                group.create_task(one())
                asked += 1
                due += draw(rate)
        await service.close()
    return sorted(took[int(asked * WARM_UP_SHARE) :]), servers.calls / asked


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hedging", description=__doc__)
    parser.add_argument("--rate", type=float, default=100, help="calls a second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=30, help="of each (default: %(default)s)")
    options = parser.parse_args()
    print("| | p50 ms | p95 ms | p99 ms | calls made for each |\n|---|---|---|---|---|")
    for name, hedging in (("without hedging", None), ("with hedging", HedgingPolicy())):
        policy = TrafficPolicy(hedging=hedging, shares_calls=False)
        took, made = uvloop.run(measure(policy, options.rate, options.seconds))
        shown = " | ".join(f"{took[int(len(took) * share)] * 1000:.1f}" for share in (0.5, 0.95, 0.99))
        print(f"| {name} | {shown} | {made:.3f} |", flush=True)


if __name__ == "__main__":
    main()
