"""Make calls slow or fail on purpose, to see what then happens; only where the configuration says so."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import random

from connectors.errors import BadStatus, CallFailed, NotConnected, TimedOut, Unreachable


@dataclass(frozen=True, slots=True)
class Fault:
    """`percent` of the attempts wait for `delay_seconds`, and then fail if there is an `abort`: a key of ABORTS."""

    percent: float
    delay_seconds: float = 0.0
    abort: str | None = None


def _connect() -> CallFailed:
    return NotConnected("the service cannot be reached", detail="injected fault")


def _reset() -> CallFailed:
    return Unreachable("the service closed the connection before its answer was complete", detail="injected fault")


def _error() -> CallFailed:
    return BadStatus("the service answered with status 500", detail="injected fault", extensions={"status": 500})


ABORTS: dict[str, Callable[[], CallFailed]] = {"connect": _connect, "reset": _reset, "error": _error}


class Faults:
    """The faults of one service; for each attempt the first whose draw falls to it happens."""

    def __init__(self, faults: Sequence[Fault], draw: Callable[[], float] = random) -> None:
        self._faults = tuple(faults)
        self._draw = draw
        self.injected = 0

    async def inject(self, deadline: float) -> None:
        """Let an attempt suffer what falls to it; raises CallFailed."""
        for fault in self._faults:
            if self._draw() * 100 >= fault.percent:
                continue
            self.injected += 1
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, min(fault.delay_seconds, deadline - now)))
            if now + fault.delay_seconds >= deadline:
                raise TimedOut("the service did not answer in time", detail="injected fault")
            if fault.abort is not None:
                failure = ABORTS[fault.abort]()
                raise failure
            return
