"""One client's connection: what it may send and how slowly, and whether its requests are let in."""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from federation.cli.refusals import (
    HEAD_TOO_LARGE,
    OVERLOADED,
    OVERLOADED_CLOSING,
    TOO_MANY_CONNECTIONS,
    TOO_SLOW,
)
from federation.door.door import Door
from federation.http.reply import MINDS_ITS_CLIENT

# Bodies up to this size are awaited before the request is let in, so that a slow client takes nobody's place.
AWAITED_BODY_BYTES = 32 << 10
ALWAYS_ANSWERED = b"/health/"
Application: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What clients may take; sizes in bytes, times in seconds.

    A request's head has to come within `head_seconds` of its first byte, its body within `client_seconds` of its head,
    and its answer has to be taken within as much. A connection may be idle for `idle_seconds`.
    """

    most_connections: int = 10_000
    most_head_bytes: int = 32 << 10
    head_seconds: float = 10.0
    client_seconds: float = 30.0
    idle_seconds: float = 75.0


class _Dropped(list[tuple[bytes, bytes]]):
    """Takes the headers that follow a chunked body: nobody reads them, and their number has no bound."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        """Keep nothing."""


class _Unread:
    """Stands where the exchange would be of which nothing more is read: what comes of it is dropped."""

    response_started = response_complete = True
    keep_alive = more_body = False

    def __init__(self) -> None:
        self.message_event = asyncio.Event()


# Where these stand the head of a request has been read, and that of the next has not begun.
_TRAILERS = _Dropped()


class Connection(HttpToolsProtocol):
    """Speaks HTTP/1.1 with one client; `door` says who gets in.

    No time is taken for a request: the server calls `look` about once a second, which finds out what has not changed
    since. So these limits cost a request nothing, and are up to a second longer.
    """

    def __init__(self, *, door: Door, limits: ConnectionLimits, **settings: Any) -> None:
        super().__init__(**settings)
        self._door = door
        self._limiter = door.limiter
        self._limits = limits
        self._idle_seconds = limits.idle_seconds
        self._head_bytes = 0
        self._put_off: tuple[RequestResponseCycle, Application] | None = None
        self._inside: Any = None  # the scope of the request that was let in
        self._is_unread = False
        self._has_ended = False
        self._looked_at: tuple[object, str] | None = None
        self._since = 0.0
        self._unread_since: float | None = None

    def look(self) -> None:
        """Give the client up where it takes too long, unless the application does that itself."""
        if self._inside is not None and MINDS_ITS_CLIENT in self._inside:
            self._unread_since = self._looked_at = None
            return
        now, limits, awaited = self.loop.time(), self._limits, self._awaited()
        if self._looked_at is None or self._looked_at[0] is not self.scope or self._looked_at[1] != awaited:
            self._looked_at, self._since = (self.scope, awaited), now
        if not self.transport.get_write_buffer_size():
            self._unread_since = None
        elif self._unread_since is None:
            self._unread_since = now
        elif now - self._unread_since > limits.client_seconds:
            self._door.clients_given_up += 1
            self.transport.abort()
        waited = now - self._since
        if awaited == "request" and waited > self._idle_seconds:
            self.transport.close()
        elif (awaited == "head" and waited > limits.head_seconds) or (
            awaited == "body" and waited > limits.client_seconds
        ):
            self._door.clients_given_up += 1
            self._end_with(TOO_SLOW)

    def close_after_answer(self, idle_seconds: float) -> None:
        """Close when the next answer has been sent, or when the connection has been idle for so long."""
        self._idle_seconds = min(self._idle_seconds, idle_seconds)
        if self.cycle is not None:
            self.cycle.keep_alive = False

    # What the transport says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, unless there are too many."""
        super().connection_made(cast("asyncio.Transport", transport))
        if len(self.connections) > self._limits.most_connections:
            self._door.connections_refused += 1
            self._end_with(TOO_MANY_CONNECTIONS)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._has_ended:
            return
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > self._limits.most_head_bytes and self._is_in_head():
            self._end_with(HEAD_TOO_LARGE)
        elif self._put_off is not None and len(self.cycle.body) > AWAITED_BODY_BYTES:
            self._let_in(*self._put_off)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has left; what is being done for it ends soon."""
        self._has_ended = True
        self._put_off = None
        self._leave()
        super().connection_lost(exc)

    # What the parser says.

    def on_headers_complete(self) -> None:
        """The whole head of a request."""
        most, limiter = self._limits.most_head_bytes, self._limiter
        if self._head_bytes > most and _size(self.url, self.headers) > most:
            self._end_with(HEAD_TOO_LARGE)
        elif self._has_ended:
            self.cycle = cast("RequestResponseCycle", _Unread())
        elif limiter is not None and limiter.in_flight >= limiter.limit and self._may_be_refused_unread():
            limiter.refuse()
            self.cycle = cast("RequestResponseCycle", _Unread())
            self._is_unread = True
        else:
            super().on_headers_complete()
        self.headers = _TRAILERS

    def on_message_complete(self) -> None:
        """The end of a request."""
        self._head_bytes = 0
        if self._is_unread:
            self._is_unread = False
            self.transport.write(OVERLOADED)
            return
        super().on_message_complete()
        if self._put_off is not None:
            self._let_in(*self._put_off)

    # What becomes of a request.

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Application) -> None:
        """The request's turn has come: it is let in once its body is there, unless the client waits to be asked."""
        if cycle.more_body and not cycle.waiting_for_100_continue:
            self._put_off = (cycle, app)
        else:
            self._let_in(cycle, app)

    def _let_in(self, cycle: RequestResponseCycle, app: Application) -> None:
        self._put_off = None
        if not cycle.scope["raw_path"].startswith(ALWAYS_ANSWERED):
            if not self._door.enter():
                self._refuse(cycle)
                return
            self._inside = cycle.scope
        if self._door.is_leaving and self._door.closes_connection():
            cycle.keep_alive = False
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """The answer has been given; the next request may come. How long it may take, `look` finds out."""
        self._leave()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def _leave(self) -> None:
        if self._inside is not None:
            self._inside = None
            self._door.leave()

    def _may_be_refused_unread(self) -> bool:
        """Whether the request is the usual one: it stands alone, and the connection stays open after it."""
        before = cast("RequestResponseCycle | None", self.cycle)
        if before is not None and not before.response_complete:
            return False
        if self.parser.get_method() != b"POST" or self.expect_100_continue or self.url.startswith(ALWAYS_ANSWERED):
            return False
        return self.parser.should_keep_alive() and not self._door.closes_connection()

    def _refuse(self, cycle: RequestResponseCycle) -> None:
        """Answer without asking the application, and in one piece: what is refused must cost next to nothing."""
        is_kept = cycle.keep_alive and not cycle.more_body and cycle.scope["method"] != "HEAD"
        if not is_kept or self._door.closes_connection():
            self._end_with(OVERLOADED_CLOSING)
            return
        cycle.response_started = cycle.response_complete = True
        self.transport.write(OVERLOADED)
        if self.pipeline:  # one after the other, and not one inside the other
            self.loop.call_soon(self.on_response_complete)
        else:
            self.on_response_complete()

    def _end_with(self, answer: bytes) -> None:
        """Say why, unless the answer to another request is on its way, and close."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.response_complete or (not cycle.response_started and not self.pipeline):
            self.transport.write(answer)
        self._has_ended = True
        self._put_off = None
        self.transport.close()

    # What it waits for.

    def _awaited(self) -> str:
        if self._is_in_head():
            return "head"
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if self._is_unread or (cycle is not None and cycle.more_body):
            return "body"
        return "request" if cycle is None or cycle.response_complete else "answer"

    def _is_in_head(self) -> bool:
        headers = cast("list[tuple[bytes, bytes]] | None", self.headers)
        return headers is not None and headers is not _TRAILERS


def _size(url: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    return len(url) + sum(len(name) + len(value) + 4 for name, value in headers)
