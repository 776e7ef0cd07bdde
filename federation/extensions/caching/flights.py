"""What is being fetched right now, by key, so that nobody else fetches it too."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from federation.extensions.caching.keys import CacheKey

Result = TypeVar("Result")


class LeaderLeft(Exception):
    """Who fetched was cancelled, or got nothing that others may use: whoever waits looks again."""


class Flights(Generic[Result]):
    """One future for each key that somebody fetches; who leads it lands it, in any case. Tasks of one loop use it."""

    def __init__(self) -> None:
        self._under_way: dict[CacheKey, asyncio.Future[Result]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    def lead(self, keys: Iterable[CacheKey]) -> set[CacheKey]:
        """Take the lead for those keys that nobody fetches yet."""
        loop = asyncio.get_running_loop()
        taken: set[CacheKey] = set()
        for key in keys:
            if key not in self._under_way:
                self._under_way[key] = loop.create_future()
                taken.add(key)
        return taken

    def of(self, key: CacheKey) -> "asyncio.Future[Result] | None":
        """What others wait for; nobody but the leader may change it, so await it through `wait`."""
        return self._under_way.get(key)

    async def wait(self, flight: "asyncio.Future[Result]", deadline: float) -> Result:
        """The result, by the deadline (in the loop's time). Raises LeaderLeft and TimeoutError."""
        async with asyncio.timeout_at(deadline):
            # A follower that is cancelled must not take the flight from the others.
            return await asyncio.shield(flight)

    def land(self, taken: Iterable[CacheKey], results: Mapping[CacheKey, Result]) -> None:
        """End the flights that one leads: with their results, or with LeaderLeft where there is none."""
        for key in taken:
            flight = self._under_way.pop(key)
            if key in results:
                flight.set_result(results[key])
            else:
                flight.set_exception(LeaderLeft())
                flight.exception()  # looked at here, since perhaps nobody waits
