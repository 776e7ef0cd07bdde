"""Bound how many calls to one service are on their way, so that a slow one cannot take what the others need."""

import asyncio
from collections import deque

from connectors.errors import PoolExhausted


class Bulkhead:
    """At most `most` calls are inside, at most `most_waiting` wait for one to leave, first come, first served."""

    def __init__(self, most: int, most_waiting: int) -> None:
        self.most = most
        self.most_waiting = most_waiting
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.inside = 0
        self.refused = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(not waiter.done() for waiter in self._waiting)

    def try_enter(self) -> bool:
        """Enter at once if there is room and nobody waits."""
        if self.inside >= self.most:
            return False
        self.inside += 1
        return True

    async def enter(self, deadline: float) -> None:
        """Enter when it is one's turn. Raises PoolExhausted when too many wait, or the deadline passes."""
        if self.try_enter():
            return
        if len(self._waiting) >= self.most_waiting:
            self.refused += 1
            raise PoolExhausted("too many calls wait for the service")
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                self.leave()  # let in at the very moment of leaving
            elif waiter in self._waiting:
                self._waiting.remove(waiter)
            if isinstance(error, TimeoutError):
                raise PoolExhausted("the calls that were on their way to the service left no room in time") from error
            raise

    def leave(self) -> None:
        """Leave; whoever has waited longest takes the place."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self.inside -= 1
