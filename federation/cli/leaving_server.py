"""The ASGI server: it watches its connections, and leaves when told to without failing a request that came in time."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn

from federation.cli.connection import Connection
from federation.cli.connection_limits import ConnectionLimits
from federation.door.door import Door

log = logging.getLogger(__name__)

POLL_SECONDS = 0.02
# How long a connection may be idle once nobody may connect any more.
IDLE_SECONDS = 5.0
TICKS_BETWEEN_LOOKS = 10  # the server's ticks are a tenth of a second each


@dataclass(frozen=True, slots=True)
class LeavingPolicy:
    """How long (seconds) a stopping gateway goes on taking connections, and then waits for what is in flight."""

    notice: float = 1.0
    patience: float = 10.0


@dataclass(frozen=True, slots=True)
class Events:
    """Who is told of what becomes of the server: that it answers, and that it has been told to leave."""

    on_ready: Callable[[], None]
    on_leaving: Callable[[], None]


class LeavingServer(uvicorn.Server):
    """Serves an application until a signal says to stop.

    SIGTERM: from now on it is not ready, but takes connections for the `notice`, while more and more of them end with
    their next answer. Then none is taken, every connection ends with its next answer or when it was idle for long
    enough, and what is in flight is waited for. SIGINT and SIGQUIT, from somebody who waits: without the notice, and
    idle connections are closed. Any of them for the second time ends the waiting.
    """

    def __init__(
        self, application: Any, door: Door, limits: ConnectionLimits, leaving: LeavingPolicy, events: Events
    ) -> None:
        connect: Any = partial(Connection, door=door, limits=limits)
        super().__init__(uvicorn.Config(application, http=connect, **_SETTINGS))
        self._door = door
        self._leaving = leaving
        self._events = events
        self._is_leaving = False
        self._is_hurried = False

    def stop(self, *, at_once: bool) -> None:
        """Begin to leave; said a second time, wait for nothing more."""
        if self._is_leaving:
            self.should_exit = self.force_exit = True
            return
        self._is_leaving = True
        self._is_hurried = at_once
        self._events.on_leaving()
        notice = 0.0 if at_once else self._leaving.notice
        self._door.begin_to_leave(notice)
        asyncio.get_running_loop().call_later(notice, self._exit)

    @contextmanager
    def stopped_by(self, numbers: dict[signal.Signals, bool]) -> Iterator[None]:
        """Stop when one of the signals comes; those that are true, at once."""
        loop = asyncio.get_running_loop()
        for number, at_once in numbers.items():
            loop.add_signal_handler(number, partial(self.stop, at_once=at_once))
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._events.on_ready()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to leave. Clients that take too long are given up meanwhile."""
        if counter % TICKS_BETWEEN_LOOKS == 0:
            self._look()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, wait for those that are there, and end what is left after that."""
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in self._connections():
            if self._is_hurried:
                connection.shutdown()
            else:
                connection.close_after_answer(IDLE_SECONDS)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._leaving.patience
        while (self._connections() or self.server_state.tasks) and not self.force_exit and loop.time() < until:
            self._look()
            await asyncio.sleep(POLL_SECONDS)
        if self.server_state.tasks:
            log.warning("requests in flight were given up", extra={"requests": len(self.server_state.tasks)})
        for connection in self._connections():
            connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `stopped_by`: uvicorn raises each again at its end, which would cancel what is to follow."""
        yield

    def _exit(self) -> None:
        self.should_exit = True

    def _look(self) -> None:
        for connection in self._connections():
            connection.look()

    def _connections(self) -> list[Connection]:
        return [each for each in self.server_state.connections if isinstance(each, Connection)]


_SETTINGS: dict[str, Any] = {
    "ws": "none",
    "lifespan": "off",
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "date_header": False,
    "log_config": None,
}
