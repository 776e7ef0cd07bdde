"""One connection to one Redis node, on which all calls of this process are pipelined."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

import hiredis

from federation.extensions.stores.store import StoreAway

Argument: TypeAlias = str | bytes | int | float
Reply: TypeAlias = Any

MOST_PENDING = 10_000
# A timer that fires later than this says that the loop was busy, and not that Redis was slow.
LAG_SECONDS = 0.005
# After a lag the replies that have come meanwhile are read first.
GRACE_SECONDS = 0.002


class RedisError(StoreAway):
    """Redis answered with an error."""


class Link(asyncio.Protocol):
    """Sends commands as they come, all those of one turn of the loop in one piece; replies come in the same order.

    Since they do, one timer is enough: when the oldest command waits longer than `timeout`, the connection is given up
    and every command on it fails. `on_push` gets messages of subscriptions, `on_lost` is called once, at the end.
    """

    def __init__(
        self, timeout: float, on_lost: Callable[[], None], on_push: Callable[[list[Any]], None] | None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._on_lost = on_lost
        self._on_push = on_push
        self._reader = hiredis.Reader()
        self._transport: asyncio.Transport | None = None
        self._pending: deque[tuple[float, asyncio.Future[Reply]]] = deque()
        self._unsent: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        """Whether commands can be sent."""
        return self._transport is not None

    async def ask(self, *command: Argument) -> Reply:
        """Send a command and wait for its reply. Raises RedisError for an error reply, StoreAway when there is none."""
        reply = await self.send(command)
        if isinstance(reply, hiredis.ReplyError):
            raise RedisError(str(reply))
        return reply

    def send(self, command: tuple[Argument, ...]) -> "asyncio.Future[Reply]":
        """Send a command; error replies are values of the future. Raises StoreAway when nothing can be sent."""
        if self._transport is None or len(self._pending) >= MOST_PENDING:
            raise StoreAway("Redis is away" if self._transport is None else "too many commands wait for Redis")
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(hiredis.pack_command(command))  # type: ignore[arg-type]
        reply: asyncio.Future[Reply] = self._loop.create_future()
        due = self._loop.time() + self._timeout
        self._pending.append((due, reply))
        if self._timer is None:
            self._timer = self._loop.call_at(due, self._check)
        return reply

    def post(self, command: tuple[Argument, ...]) -> None:
        """Send a command whose reply comes as a push (SUBSCRIBE and the like)."""
        if self._transport is not None:
            self._transport.write(hiredis.pack_command(command))  # type: ignore[arg-type]

    def settle(self, timeout: float) -> None:
        """Let replies take this long from now on; nothing may wait for one."""
        self._timeout = timeout
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        """Give the connection up; commands that wait fail."""
        self._end("the connection to Redis was closed")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Some of the replies."""
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not False:
                self._take(reply)
        except hiredis.ProtocolError:
            self._end("Redis broke its protocol")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        """The other side is gone."""
        self._end("the connection to Redis is lost")

    def _take(self, reply: Reply) -> None:
        if self._on_push is not None and isinstance(reply, list) and reply[0] != b"pong":
            self._on_push(reply)
            return
        if not self._pending:
            self._end("Redis answered what was not asked")
            return
        waiting = self._pending.popleft()[1]
        if not waiting.done():  # else its caller has left
            waiting.set_result(reply)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        if self._transport is not None:
            self._transport.write(b"".join(unsent))

    def _check(self) -> None:
        self._timer = None
        if not self._pending:
            return
        due, now = self._pending[0][0], self._loop.time()
        if now < due:
            self._timer = self._loop.call_at(due, self._check)
        elif now - due > LAG_SECONDS:
            self._pending[0] = (now + GRACE_SECONDS, self._pending[0][1])
            self._timer = self._loop.call_at(now + GRACE_SECONDS, self._check)
        else:
            self._end(f"Redis did not answer within {self._timeout * 1000:g} ms")

    def _end(self, reason: str) -> None:
        transport, self._transport = self._transport, None
        if transport is None:
            return
        transport.abort()
        if self._timer is not None:
            self._timer.cancel()
        waiting, self._pending = self._pending, deque()
        for _, reply in waiting:
            if not reply.done():
                reply.set_exception(StoreAway(reason))
        self._on_lost()
