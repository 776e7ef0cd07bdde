"""The door of one worker: lets requests in, watches the event loop's turns, and lets everybody out at the end."""

import asyncio
from collections.abc import Callable
from random import random
from time import monotonic

from federation.door.limiter import Limiter

PROBE_SECONDS = 0.01
IDLE_PROBES = 100


class Door:
    """What connections ask before a request is answered, and tell afterwards; all on one event loop.

    Without a `limiter` everybody gets in. While nothing is in flight for a second, turns are not looked at. `draw`
    gives numbers from 0 to below 1.
    """

    def __init__(
        self, limiter: Limiter | None, clock: Callable[[], float] = monotonic, draw: Callable[[], float] = random
    ) -> None:
        self.limiter = limiter
        self.connections_refused = 0
        self.clients_given_up = 0
        self._clock = clock
        self._draw = draw
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle = 0
        self._turn_began = 0.0
        self._leaving: tuple[float, float] | None = None

    def enter(self) -> bool:
        """Let a request in, or not."""
        limiter = self.limiter
        if limiter is None:
            return True
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._idle = 0
            self._loop.call_soon(self._look)
        return limiter.admit()

    def leave(self) -> None:
        """A request that was let in has ended."""
        if self.limiter is not None:
            self.limiter.leave()

    @property
    def is_leaving(self) -> bool:
        """Whether connections are being closed."""
        return self._leaving is not None

    def begin_to_leave(self, seconds: float) -> None:
        """From now on connections close when they have been answered: some at first, all when so much time is up."""
        now = self._clock()
        self._leaving = (now, now + seconds)

    def closes_connection(self) -> bool:
        """Whether a connection is to end with the answer that is given on it now."""
        if self._leaving is None:
            return False
        began, until = self._leaving
        now = self._clock()
        return now >= until or self._draw() * (until - began) < now - began

    def _look(self) -> None:
        # A timer runs before the others of its turn, of which some loops run what it asks for: a turn begins after it.
        assert self._loop is not None
        self._loop.call_soon(self._begin)

    def _begin(self) -> None:
        assert self._loop is not None
        self._turn_began = self._clock()
        self._loop.call_soon(self._end)

    def _end(self) -> None:
        """One turn after `_begin`: everything that was ready then has been run."""
        loop, limiter = self._loop, self.limiter
        assert loop is not None
        assert limiter is not None
        now = self._clock()
        limiter.observe(now - self._turn_began, now)
        self._idle = 0 if limiter.in_flight else self._idle + 1
        if self._idle > IDLE_PROBES:
            limiter.pause()
            self._loop = None
        else:
            loop.call_later(PROBE_SECONDS, self._look)
