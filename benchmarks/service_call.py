"""What balancing, circuit, bulkhead, budget and verdict cost a call: CPU time with a link that answers at once."""

import asyncio
import time

import uvloop

from connectors.traffic.endpoint import Endpoint
from connectors.traffic.service import Service

CALLS = 20_000
ROUNDS = 7


class Instant:
    """A link that answers at once."""

    async def ask(self, _until: float) -> int:
        """Answer."""
        return 1

    async def close(self) -> None:
        """Nothing is open."""


async def measure() -> tuple[float, float]:
    """Microseconds of CPU for a call by a service, and for a call without one; the least of some rounds."""
    link = Instant()
    service: Service[Instant, int] = Service("bench", [Endpoint("a", link), Endpoint("b", link)])
    deadline = asyncio.get_running_loop().time() + 3600
    best, bare = float("inf"), float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(CALLS):
            await service.call(Instant.ask, deadline, idempotent=True)
        best = min(best, (time.process_time() - started) / CALLS)
        started = time.process_time()
        for _ in range(CALLS):
            await link.ask(deadline)
        bare = min(bare, (time.process_time() - started) / CALLS)
    return best * 1e6, bare * 1e6


if __name__ == "__main__":
    by_service, alone = uvloop.run(measure())
    print(f"a call by a service: {by_service:.2f} µs; the link alone: {alone:.2f} µs")
