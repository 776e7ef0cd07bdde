"""Send requests at a steady rate, whether or not the last ones have been answered (open loop)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import orjson

from connectors.errors import CallFailed
from connectors.http.address import read_address
from connectors.http.limits import HttpLimits
from connectors.http.plain import PlainHttpClient

SECONDS_TO_ANSWER = 35.0
HEADERS = (("content-type", "application/json"), ("accept", "application/json"))
# Ids differ, so that no two requests that are on their way at the same time are equal.
IDS = count(1)


class Asked(NamedTuple):
    """One request: when it was due (seconds from the start), how long it took (seconds), and the code if it failed."""

    due: float
    took: float
    code: str


class Step(NamedTuple):
    """What became of the requests that were due in a short time: how many, and how long (ms) the slowest took."""

    good: int
    bad: int
    slowest: float


@dataclass
class Seen:
    """What clients saw."""

    asked: list[Asked] = field(default_factory=list)

    @property
    def bad(self) -> Counter[str]:
        """How many failed, by their codes."""
        return Counter(each.code for each in self.asked if each.code)

    def quantile(self, share: float) -> float:
        """How long that share of the good answers took at most, in milliseconds."""
        ordered = sorted(each.took for each in self.asked if not each.code)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")

    def answered(self, begin: float, end: float) -> int:
        """How many good answers came between these moments."""
        return sum(begin <= each.due + each.took < end for each in self.asked if not each.code)

    def steps(self, seconds: float) -> list[Step]:
        """What became of them, by when they were due."""
        found: list[list[Asked]] = [[] for _ in range(1 + int(max(each.due for each in self.asked) / seconds))]
        for each in self.asked:
            found[int(each.due / seconds)].append(each)
        return [
            Step(
                sum(not each.code for each in step),
                sum(bool(each.code) for each in step),
                round(max((each.took for each in step), default=0.0) * 1_000, 1),
            )
            for step in found
        ]


async def send_load(address: str, queries: Sequence[str], rate: float, seconds: float) -> dict[str, Seen]:
    """Ask the queries in turn, so many in a second, each for another user by `$id`; what was seen, for each query."""
    client = PlainHttpClient(read_address(address), HttpLimits(max_connections=2_000))
    seen = {query: Seen() for query in queries}
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            due = started + number / rate
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            query = queries[number % len(queries)]
            group.create_task(_ask(client, query, started, due, seen[query]))
    await client.close()
    return seen


async def _ask(client: PlainHttpClient, query: str, started: float, due: float, seen: Seen) -> None:
    loop = asyncio.get_running_loop()
    body = orjson.dumps({"query": query, "variables": {"id": str(next(IDS) % 500 + 1)}})
    code = ""
    try:
        answer = await client.request("POST", "/graphql", HEADERS, body, due + SECONDS_TO_ANSWER)
        errors = orjson.loads(answer.body).get("errors")
        code = errors[0]["extensions"]["code"] if errors else ""
    except CallFailed as failure:
        code = failure.code
    # From when it was due: what waits for us counts too.
    seen.asked.append(Asked(due - started, loop.time() - due, code))
