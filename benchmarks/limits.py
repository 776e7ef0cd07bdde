"""Rate limits: what algorithms let pass at worst, what a million principals take, what a decision and a request cost.

`python -m benchmarks.limits [algorithms] [memory] [decisions] [requests]`; all without arguments.
"""

import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from examples.storefront.run import Storefront
from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.extensions.rate_limits.decision import Ask, Bucket, Charge, Counts
from federation.extensions.rate_limits.memory_counts import MemoryCounts
from federation.extensions.rate_limits.quota import MICROSECONDS, Quota, exact, paced
from federation.extensions.rate_limits.redis_counts import RedisCounts
from federation.extensions.stores.redis import open_redis
from federation.gateway import Gateway
from federation.request import ClientRequest
from tests.redis_server import running_redis, to

MINUTE = 60 * MICROSECONDS
LIMIT = 100
TICK = 10_000
MILLION = 1_000_000
ROUNDS = 7
STOREFRONT = Path(__file__).parents[1] / "examples" / "storefront" / "interlace.yaml"
QUERY = """
query Storefront($first: Int = 20) {
  users(first: $first) { id name email orders { id status total placedAt } preferences { theme locale } }
}
"""


class Algorithm(Protocol):
    """Decides about one call."""

    def __call__(self, now: int) -> bool: ...


class FixedWindow:
    """Counts from each full minute."""

    def __init__(self) -> None:
        self._window = self._count = 0

    def __call__(self, now: int) -> bool:
        if now // MINUTE != self._window:
            self._window, self._count = now // MINUTE, 0
        self._count += 1
        return self._count <= LIMIT


class TwoWindows:
    """Counts this minute, and as much of the last as still reaches into the window."""

    def __init__(self) -> None:
        self._window = self._count = self._before = 0

    def __call__(self, now: int) -> bool:
        window = now // MINUTE
        if window != self._window:
            self._before = self._count if window == self._window + 1 else 0
            self._window, self._count = window, 0
        weight = 1 - now % MINUTE / MINUTE
        if self._count + self._before * weight + 1 > LIMIT:
            return False
        self._count += 1
        return True


class Ours:
    """Decides as the gateway does."""

    def __init__(self, quota: Quota) -> None:
        self._now = 0
        self._counts = MemoryCounts(clock=lambda: self._now)
        self._buckets, self._asks = [Bucket("a", quota)], [Ask(1, (Charge(0, 1),))]

    def __call__(self, now: int) -> bool:
        self._now = now
        return self._counts.decide_now(self._buckets, self._asks).admitted[0] == 1


ALGORITHMS: tuple[tuple[str, Callable[[], Algorithm]], ...] = (
    ("fixed window", FixedWindow),
    ("two windows, weighted", TwoWindows),
    ("GCRA, burst 100", lambda: Ours(paced(LIMIT, MINUTE, LIMIT))),
    ("GCRA, burst 10", lambda: Ours(paced(LIMIT, MINUTE))),
    ("60 parts of a window", lambda: Ours(Quota(LIMIT, MINUTE, MINUTE // 60))),
    ("each call by its time", lambda: Ours(exact(LIMIT, MINUTE))),
)


def worst_minute(make: Callable[[], Algorithm]) -> int:
    """The most calls in any 60 s when a client asks without pause for three minutes, from several moments on."""
    worst = 0
    for start in (0, MINUTE // 2, MINUTE - 1_000_000, MINUTE - 100_000, MINUTE - TICK):
        algorithm = make()
        passed: list[int] = []
        for now in range(start, start + 3 * MINUTE, TICK):
            for _ in range(LIMIT + 1):
                if not algorithm(now):
                    break
                passed.append(now)
        first = 0
        for last, at in enumerate(passed):
            while passed[first] <= at - MINUTE:
                first += 1
            worst = max(worst, last - first + 1)
    return worst


def show_algorithms() -> None:
    """The table of docs/rate-limits.md."""
    for name, make in ALGORITHMS:
        print(f"{name:24} {worst_minute(make):4}")


def show_memory() -> None:
    """What counts of a million principals take, and whether anybody gains a call by that."""
    for name, quota in (("exact", exact(3, MINUTE)), ("paced", paced(60, MINUTE, 3))):
        now = MINUTE
        counts = MemoryCounts(clock=lambda: now)  # noqa: B023 - it stands still
        gc.collect()
        before = resident()
        passed = bytearray(MILLION)
        ask = [Ask(2, (Charge(0, 1),))]
        for _ in range(2):
            for principal in range(MILLION):
                verdict = counts.decide_now([Bucket(f"limit:{{user:{principal:032x}}}:Query.search", quota)], ask)
                passed[principal] += verdict.admitted[0]
        used = (resident() - before - MILLION) / 1e6
        alone = sum(each == 3 for each in passed)
        print(f"{name}: {used:.0f} MB, most calls of one principal {max(passed)} of 3, all three had by {alone:,}")


def resident() -> int:
    """Bytes of memory that the process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def show_decisions() -> None:
    """CPU of this process for one decision."""
    with tempfile.TemporaryDirectory() as folder, running_redis(Path(folder)) as server:
        async with open_redis(to(server.url)) as store:
            kinds: tuple[tuple[str, Counts, int], ...] = (
                ("memory", MemoryCounts(), 1),
                ("Redis, one at once", RedisCounts(store), 1),
                ("Redis, 64 at once", RedisCounts(store), 64),
            )
            for name, counts, at_once in kinds:
                for buckets in (1, 3):
                    cost = await decision_cost(counts, buckets, at_once)
                    print(f"{name:20} {buckets} buckets {cost:6.1f} µs")


async def decision_cost(counts: Counts, buckets: int, at_once: int) -> float:
    """Microseconds of CPU for a decision; the least of some rounds."""
    quota = exact(100, MINUTE)
    asks = [Ask(1, tuple(Charge(place, 1) for place in range(buckets)))]
    best = float("inf")
    for round_ in range(ROUNDS):
        decisions = 0
        begun = time.process_time()
        while decisions < 3_000:
            keys = [f"{{{round_}:{(decisions + n) % 200}}}" for n in range(at_once)]
            wanted = [[Bucket(f"{key}:{place}", quota) for place in range(buckets)] for key in keys]
            if at_once == 1:
                await counts.decide(wanted[0], asks)
            else:
                await asyncio.gather(*(counts.decide(each, asks) for each in wanted))
            decisions += at_once
        best = min(best, (time.process_time() - begun) / decisions * 1e6)
    return best


async def show_requests() -> None:
    """CPU of the gateway for a request to the storefront, with limits against without, interleaved.

    A second gateway without limits shows how much of a ratio is noise.
    """
    limits = "rate_limits: {requests: 9000000/minute, fields: {Query.users: 9000000/minute}}\n"
    with tempfile.TemporaryDirectory() as folder, running_redis(Path(folder)) as server:
        redis = f"redis: {{url: '{server.url}', timeout: 1s}}\n"
        async with (
            Storefront() as shop,
            gateway(shop, "") as off,
            gateway(shop, "") as control,
            gateway(shop, limits) as memory,
            gateway(shop, limits + redis) as shared,
        ):
            kinds = (("off", off), ("off too", control), ("memory", memory), ("Redis", shared))
            costs: dict[str, list[float]] = {name: [] for name, _ in kinds}
            for _ in range(ROUNDS):
                for name, each in kinds:
                    costs[name].append(await request_cost(each))
    print_ratios(costs)


def print_ratios(costs: dict[str, list[float]]) -> None:
    """Each kind against the first, round by round."""
    base = next(iter(costs.values()))
    for name, found in costs.items():
        ratio = statistics.median(each / other for each, other in zip(found, base, strict=True))
        print(f"{name:8} {statistics.median(found):7.0f} µs a request, {ratio:.3f} of off")


@asynccontextmanager
async def gateway(shop: Storefront, more: str) -> AsyncIterator[Gateway]:
    """A gateway over the storefront with more in its configuration."""
    text = STOREFRONT.read_text(encoding="utf-8") + more
    async with open_gateway(parse_config(text, STOREFRONT, {**os.environ, **shop.environment()})) as opened:
        await request_cost(opened)
        yield opened


async def request_cost(opened: Gateway, requests: int = 300, at_once: int = 8) -> float:
    """Microseconds of CPU for a request; those at one time ask for different users, so that nothing is shared."""

    async def ask(number: int) -> None:
        for _ in range(requests // at_once):
            request = ClientRequest(QUERY, variables={"first": 15 + number}, client_address="192.0.2.1")
            answer = await opened.answer(request)
            assert not answer.refused

    begun = time.process_time()
    await asyncio.gather(*(ask(number) for number in range(at_once)))
    return (time.process_time() - begun) / (requests // at_once * at_once) * 1e6


def main(wanted: Sequence[str]) -> None:
    """Show what is asked for, or everything."""
    parts: dict[str, Callable[[], None]] = {
        "algorithms": show_algorithms,
        "memory": show_memory,
        "decisions": lambda: asyncio.run(show_decisions()),
        "requests": lambda: asyncio.run(show_requests()),
    }
    for name in wanted or parts:
        print(f"{name}:")
        parts[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
