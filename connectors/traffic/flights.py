"""Make one call of identical ones that are in flight at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from connectors.errors import CallFailed, TimedOut

Result = TypeVar("Result")


class _LeaderLeft(Exception):
    """Whoever made the call went away before it was answered: another must make it."""


@dataclass(slots=True)
class _Flight(Generic[Result]):
    deadline: float
    waiting: list[asyncio.Future[Result]] = field(default_factory=list)


class Flights(Generic[Result]):
    """The calls of one service that are under way; tasks of one event loop share them.

    The first to ask makes the call, in its own task. Others that come before it is answered get the same answer, or the
    same failure. They keep their own deadline: when the first one had less time than they have, they ask again.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Flight[Result]] = {}

    async def share(self, key: Hashable, deadline: float, call: Callable[[], Awaitable[Result]]) -> Result:
        """The answer to the call that `key` stands for, by `deadline` (in the loop's time). Raises a CallFailed."""
        while (flight := self._under_way.get(key)) is not None:
            waiter: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            flight.waiting.append(waiter)
            try:
                if flight.deadline <= deadline:
                    return await waiter  # the first will have ended by then
                async with asyncio.timeout_at(deadline):
                    return await waiter
            except _LeaderLeft:
                continue
            except TimedOut:
                if asyncio.get_running_loop().time() >= deadline:
                    raise
            except TimeoutError as error:
                raise TimedOut("the service did not answer in time") from error
        return await self._lead(key, deadline, call)

    async def _lead(self, key: Hashable, deadline: float, call: Callable[[], Awaitable[Result]]) -> Result:
        flight = self._under_way[key] = _Flight(deadline)
        try:
            result = await call()
        except BaseException as error:
            del self._under_way[key]
            for waiter in flight.waiting:
                if not waiter.done():
                    waiter.set_exception(error if isinstance(error, CallFailed) else _LeaderLeft())
            raise
        del self._under_way[key]
        for waiter in flight.waiting:
            if not waiter.done():
                waiter.set_result(result)
        return result
