"""Send requests at a steady rate, whether or not the last ones have been answered (open loop)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import orjson

from connectors.errors import CallFailed
from connectors.http.address import read_address
from connectors.http.limits import HttpLimits
from connectors.http.plain import PlainHttpClient

SECONDS_TO_ANSWER = 35.0
HEADERS = (("content-type", "application/json"), ("accept", "application/json"))
# Ids differ, so that no two requests that are on their way at the same time are equal.
IDS = count(1)


@dataclass
class Seen:
    """What clients saw: how long good answers took (seconds), and the codes of the others."""

    good: list[float] = field(default_factory=list)
    bad: Counter[str] = field(default_factory=Counter)

    @property
    def sent(self) -> int:
        """How many requests have been answered, well or not."""
        return len(self.good) + self.bad.total()

    def quantile(self, share: float) -> float:
        """How long that share of the good answers took at most, in milliseconds."""
        ordered = sorted(self.good)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")


async def send_load(address: str, queries: Sequence[str], rate: float, seconds: float) -> dict[str, Seen]:
    """Ask the queries in turn, so many in a second; what was seen, for each query. `%d` in them becomes a number."""
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
            group.create_task(_ask(client, query, due, seen[query]))
    await client.close()
    return seen


async def _ask(client: PlainHttpClient, query: str, due: float, seen: Seen) -> None:
    loop = asyncio.get_running_loop()
    body = orjson.dumps({"query": query.replace("%d", str(next(IDS) % 500 + 1))})
    try:
        answer = await client.request("POST", "/graphql", HEADERS, body, due + SECONDS_TO_ANSWER)
    except CallFailed as failure:
        seen.bad[failure.code] += 1
        return
    errors = orjson.loads(answer.body).get("errors")
    if errors:
        seen.bad[errors[0]["extensions"]["code"]] += 1
    else:
        seen.good.append(loop.time() - due)  # from when it was due: what waits for us counts too
