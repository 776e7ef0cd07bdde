"""Let calls wait until a connection has room for them."""

import asyncio
from collections import deque

from connectors.errors import PoolExhausted
from connectors.grpc.statuses import timed_out

MOST_WAITING = 1_000


class Room:
    """Calls that wait, first come first served; whoever is woken looks anew whether there is room."""

    def __init__(self, loop: asyncio.AbstractEventLoop, peer: str) -> None:
        self._loop = loop
        self._peer = peer
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def wait(self, deadline: float) -> None:
        """Return when woken. Raises TimedOut at the deadline, and PoolExhausted when too many wait already."""
        if len(self._waiting) >= MOST_WAITING:
            raise PoolExhausted("too many calls wait for the service", detail=self._peer)
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                await waiter
        except BaseException as error:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif not waiter.cancelled():
                self.wake()  # woken in the very moment in which it went away: the next one's turn
            if isinstance(error, TimeoutError):
                raise timed_out(f"{self._peer}: no room for the call before the deadline") from None
            raise

    def wake(self) -> None:
        """Let the one that has waited longest look."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def wake_all(self) -> None:
        """Let all of them look."""
        for _ in range(len(self._waiting)):
            self.wake()
