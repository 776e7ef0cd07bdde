"""Keep connections to one endpoint, lend each to one request at a time, and never have more than allowed."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from connectors.errors import NotConnected, PoolExhausted, TimedOut
from connectors.http.address import HttpAddress
from connectors.http.limits import HttpLimits
from connectors.http.pooled import Pooled

ConnectionT = TypeVar("ConnectionT", bound=Pooled)
Make: TypeAlias = Callable[[asyncio.AbstractEventLoop, HttpLimits, str, Callable[[ConnectionT], None]], ConnectionT]


class ConnectionPool(Generic[ConnectionT]):
    """The connections to one endpoint, on the loop that runs when the first one is wanted; `make` makes each.

    It alone decides who uses a connection. A slot is a permission to have one; `_slots_taken` counts those of the
    connections in `_all`, idle or lent, and of those being made. Whoever waits gets either a connection or, as None, a
    slot to make one in.
    """

    def __init__(
        self, address: HttpAddress, limits: HttpLimits, make: Make[ConnectionT], tls: ssl.SSLContext | None = None
    ) -> None:
        self._address = address
        self._limits = limits
        self._make = make
        self._tls = tls if address.scheme == "https" else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._all: set[ConnectionT] = set()
        self._idle: dict[ConnectionT, None] = {}  # the one used last comes last
        self._slots_taken = 0
        self._waiting: deque[asyncio.Future[ConnectionT | None]] = deque()
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._closed = False

    def time(self) -> float:
        """The time of the pool's loop."""
        return (self._loop or asyncio.get_running_loop()).time()

    def take_idle(self) -> ConnectionT | None:
        """Lend the connection that was used last, which the server is least likely to be closing."""
        while self._idle:
            connection, _ = self._idle.popitem()
            if connection.is_open:
                return connection
            self._drop(connection)
        return None

    async def take(self, deadline: float) -> tuple[ConnectionT, bool]:
        """Lend a connection, and say whether it has been used before.

        Raises NotConnected when none can be made, PoolExhausted when too many wait, TimedOut when the deadline passes.
        """
        if self._closed:
            raise NotConnected("the service is no longer in use", detail=str(self._address))
        connection = self.take_idle()
        if connection is None and self._slots_taken >= self._limits.max_connections:
            connection = await self._wait(deadline)
        elif connection is None:
            self._slots_taken += 1
        if connection is None:
            return await self._connect(deadline), False
        if connection.is_open:
            return connection, True
        return await self.replace(connection, deadline), False  # lost on its way to us

    async def replace(self, connection: ConnectionT, deadline: float) -> ConnectionT:
        """Close a lent connection, and lend a new one in its slot; raises as `take` does."""
        connection.abort()
        self._all.discard(connection)
        return await self._connect(deadline)

    def give_back(self, connection: ConnectionT) -> None:
        """Take a connection back after its request; one that is not fit for another is closed."""
        if self._closed or not connection.is_reusable:
            self._drop(connection)
            return
        waiter = self._next_waiting()
        if waiter is not None:
            waiter.set_result(connection)
            return
        assert self._loop is not None
        connection.idle_since = self._loop.time()
        self._idle[connection] = None
        if self._sweep_timer is None:
            self._sweep_timer = self._loop.call_later(self._limits.idle_seconds, self._sweep)

    def close(self) -> None:
        """Close all connections; requests on them fail, and so do those that wait."""
        self._closed = True
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()
            self._sweep_timer = None
        while waiter := self._next_waiting():
            waiter.set_exception(NotConnected("the service is no longer in use", detail=str(self._address)))
        for connection in tuple(self._all):
            connection.break_off()
        self._slots_taken -= len(self._idle)
        self._all.difference_update(self._idle)
        self._idle.clear()

    async def _wait(self, deadline: float) -> ConnectionT | None:
        if len(self._waiting) >= self._limits.max_waiting:
            raise PoolExhausted("too many calls wait for the service", detail=str(self._address))
        waiter: asyncio.Future[ConnectionT | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                return await waiter
        except BaseException as error:
            self._stop_waiting(waiter)
            if isinstance(error, TimeoutError):
                message = "no connection to the service became free in time"
                raise TimedOut(message, detail=str(self._address)) from error
            raise

    def _stop_waiting(self, waiter: asyncio.Future[ConnectionT | None]) -> None:
        if not waiter.done() or waiter.cancelled():
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        elif waiter.exception() is None:
            given = waiter.result()  # given to us in the very moment in which we went away
            if given is None:
                self._free_slot()
            else:
                self.give_back(given)

    async def _connect(self, deadline: float) -> ConnectionT:
        """Make a connection in a slot that the caller has."""
        loop = self._loop = asyncio.get_running_loop()
        give_up_at = min(deadline, loop.time() + self._limits.connect_seconds)
        address = self._address
        try:
            async with asyncio.timeout_at(give_up_at):
                _, connection = await loop.create_connection(
                    lambda: self._make(loop, self._limits, str(address), self._forget),
                    address.host,
                    address.port,
                    ssl=self._tls,
                )
        except TimeoutError as error:
            self._free_slot()
            if give_up_at == deadline:
                raise TimedOut("the service could not be connected to in time", detail=str(address)) from error
            detail = f"{address}: no connection within {self._limits.connect_seconds} s"
            raise NotConnected("the service cannot be reached", detail=detail) from error
        except (OSError, UnicodeError) as error:  # UnicodeError: a host name that cannot be looked up
            self._free_slot()
            raise NotConnected("the service cannot be reached", detail=f"{address}: {error}") from error
        except BaseException:
            self._free_slot()
            raise
        self._all.add(connection)
        if self._closed:
            self._drop(connection)
            raise NotConnected("the service is no longer in use", detail=str(address))
        return connection

    def _forget(self, connection: ConnectionT) -> None:
        if connection in self._idle:
            del self._idle[connection]
            self._drop(connection)

    def _drop(self, connection: ConnectionT) -> None:
        connection.abort()
        if connection in self._all:  # else it has been replaced
            self._all.discard(connection)
            self._free_slot()

    def _free_slot(self) -> None:
        waiter = self._next_waiting()
        if waiter is not None:
            waiter.set_result(None)
        else:
            self._slots_taken -= 1

    def _next_waiting(self) -> asyncio.Future[ConnectionT | None] | None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _sweep(self) -> None:
        """Close what has been idle for too long; the connections stand in the order in which they became idle."""
        assert self._loop is not None
        self._sweep_timer = None
        latest = self._loop.time() - self._limits.idle_seconds
        for connection in tuple(self._idle):
            if connection.idle_since > latest:
                wait = connection.idle_since - latest
                self._sweep_timer = self._loop.call_later(wait, self._sweep)
                return
            self._forget(connection)
