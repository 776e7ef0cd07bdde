"""One client's connection: what it may send and how slowly, and whether its requests are let in."""

import asyncio
import logging
from typing import Any, Final, TypeAlias, cast

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from federation.cli.connection_limits import ConnectionLimits
from federation.cli.refusals import (
    HEAD_TOO_LARGE,
    OVERLOADED,
    OVERLOADED_CLOSING,
    TOO_MANY_CONNECTIONS,
    TOO_SLOW,
)
from federation.cli.stand_ins import TRAILERS, LastAnswer, Unread
from federation.cli.strict_http import (
    MALFORMED,
    REPEATED,
    TELLING,
    VERSION_UNKNOWN,
    VERSIONS,
    Head,
    Refused,
    check_head,
    size_of,
    write_head,
)
from federation.door.door import Door
from federation.http.reply import MINDS_ITS_CLIENT

# Bodies up to this size are awaited before the request is let in, so that a slow client takes nobody's place.
AWAITED_BODY_BYTES = 32 << 10
ALWAYS_ANSWERED = b"/health/"
# Stands in the scope of a request whose body is not read, since it is longer than whoever answers would read.
BODY_TOO_LARGE: Final = "interlace.body_too_large"
# For how long a client that was told something final may go on sending before it is cut off.
LINGER_SECONDS = 2.0
Application: TypeAlias = Any

log = logging.getLogger(__name__)


class Connection(HttpToolsProtocol):
    """Speaks HTTP/1.1 with one client; `door` says who gets in.

    No time is taken for a request: the server calls `look` about once a second, which finds out what has not changed
    since. So these limits cost a request nothing, and are up to a second longer.

    What is refused is answered in its turn, and then the connection lingers: closed at once, with bytes unread, it
    would be reset, and the client could lose the answer (RFC 9112, section 9.6).
    """

    def __init__(self, *, door: Door, limits: ConnectionLimits, **settings: Any) -> None:
        super().__init__(**settings)
        self._door = door
        self._limiter = door.limiter
        self._limits = limits
        self._idle_seconds = limits.idle_seconds
        self._head_bytes = 0
        self._told: dict[bytes, bytes] = {}  # the telling headers of the request that is read
        # The last that were found valid: they are the same for most requests of a connection.
        self._host = self._target = b"\0"
        self._anew = b""  # a head that is to be read once more
        self._put_off: tuple[RequestResponseCycle, Application] | None = None
        self._inside: Any = None  # the scope of the request that was let in
        self._is_unread = False
        self._has_ended = False
        self._looked_at: tuple[object, str] | None = None
        self._since = 0.0
        self._unread_since: float | None = None
        self._lingers_since: float | None = None

    def look(self) -> None:
        """Give the client up where it takes too long, unless the application does that itself."""
        if self._inside is not None and MINDS_ITS_CLIENT in self._inside:
            self._unread_since = self._looked_at = None
            return
        now, limits, awaited = self.loop.time(), self._limits, self._awaited()
        if self._lingers_since is not None:
            if now - self._lingers_since > LINGER_SECONDS:
                self.transport.abort()
            return
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
            self._refuse_unread(TOO_SLOW)

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
            self._has_ended = True
            self.transport.write(TOO_MANY_CONNECTIONS)
            self.transport.close()  # and no lingering, of which there could be any number

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._has_ended:
            return
        self._head_bytes += len(data)
        self._parse(data)
        if self._head_bytes > self._limits.most_head_bytes and self._is_in_head():
            self._refuse_unread(HEAD_TOO_LARGE)
        elif self._put_off is not None and len(self.cycle.body) > AWAITED_BODY_BYTES:
            self._let_in(*self._put_off)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has left; what is being done for it ends soon."""
        self._has_ended = True
        self._put_off = None
        self._leave()
        super().connection_lost(exc)

    # What the parser says.

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of a head, or one after a chunked body."""
        name = name.lower()
        if name in TELLING:
            self._told[name] = value if name not in self._told else REPEATED
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The whole head of a request. Raises Refused where it is not to be read on."""
        most, limiter, told = self._limits.most_head_bytes, self._limiter, self._told
        if self._has_ended or (self._head_bytes > most and size_of(self.url, self.headers) > most):
            raise Refused(HEAD_TOO_LARGE)
        parser, url = self.parser, self.url
        if (
            told.get(b"host") != self._host
            or url != self._target
            or parser.should_upgrade()
            or b"transfer-encoding" in told
            or b"expect" in told
        ):
            self._check(Head(parser.get_method(), url, parser.get_http_version(), told))
            if self._anew:
                return
        length = told.get(b"content-length")
        if length is not None and self._limits.is_too_large(parser.get_method(), self.url, int(length)):
            cast("dict[str, object]", self.scope)[BODY_TOO_LARGE] = True
        if limiter is not None and limiter.in_flight >= limiter.limit and self._may_be_refused_unread():
            limiter.refuse()
            self.cycle = cast("RequestResponseCycle", Unread())
            self._is_unread = True
        else:
            super().on_headers_complete()
            if self.scope["http_version"] not in VERSIONS:
                raise Refused(VERSION_UNKNOWN)
        self.headers = TRAILERS

    def on_message_complete(self) -> None:
        """The end of a request."""
        if self._anew:
            return
        self._head_bytes = 0
        self._told = {}
        if self._is_unread:
            self._is_unread = False
            self.transport.write(OVERLOADED)
            return
        super().on_message_complete()
        if self._put_off is not None:
            self._let_in(*self._put_off)

    def _parse(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while rest and not self._has_ended:
            try:
                self.parser.feed_data(rest)
            except HttpParserUpgrade as upgrade:
                rest = memoryview(rest)[upgrade.args[0] :]
                # RFC 9110, section 7.8: an upgrade may be ignored. The parser believes that it is made, and that what
                # follows, be it the body of this request, is of another protocol.
                head, self._anew, self._told = self._anew, b"", {}
                self._parse(head)
            except HttpParserError as error:
                cause = error.__context__
                if isinstance(cause, Refused | HttpParserError | None):
                    log.info("a request was refused unread", extra={"detail": str(cause or error)})
                else:
                    log.exception("the head of a request could not be read")
                self._refuse_unread(cause.answer if isinstance(cause, Refused) else MALFORMED)
            else:
                return

    def _check(self, head: Head) -> None:
        """Look closely at a head that is not like most. Raises Refused."""
        self.url, host = check_head(head)
        if host is not None:  # RFC 9112, section 3.2.2: what the target names counts, and not the header
            self.headers[:] = [(b"host", host), *(line for line in self.headers if line[0] != b"host")]
        elif b"host" in head.told:
            self._host, self._target = head.told[b"host"], self.url
        self.expect_100_continue = head.version == "1.1" and head.told.get(b"expect", b"").lower() == b"100-continue"
        if self.parser.should_upgrade():
            self._anew = write_head(head._replace(target=self.url), self.headers)

    # What becomes of a request.

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Application) -> None:
        """The request's turn has come: it is let in once its body is there, unless the client waits to be asked."""
        if BODY_TOO_LARGE in cycle.scope:
            self._let_it_be_the_last(cycle)
            self._let_in(cycle, app)
        elif cycle.more_body and not cycle.waiting_for_100_continue:
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
        if self.transport.is_closing() or self._lingers_since is not None:
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

    def _refuse_unread(self, answer: bytes) -> None:
        """Refuse the request that is being read; one that came whole before it is answered first, and is the last."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        self.headers = TRAILERS
        if cycle is None or cycle.response_complete or cycle.more_body:
            self._end_with(answer)
        else:
            self._has_ended = True
            self._let_it_be_the_last(cycle)

    def _let_it_be_the_last(self, cycle: RequestResponseCycle) -> None:
        cycle.keep_alive = False
        cycle.transport = cast("asyncio.Transport", LastAnswer(self.transport, self._linger))

    def _end_with(self, answer: bytes) -> None:
        """Say why, unless the answer to another request is on its way, and close."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if self.pipeline or (cycle is not None and cycle.response_started and not cycle.response_complete):
            self._has_ended = True
            self._put_off = None
            self.transport.close()
            return
        self.transport.write(answer)
        self._linger()

    def _linger(self) -> None:
        """Say that nothing more comes, and wait a little for the client to close: `look` ends that."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        self._has_ended = True
        self._put_off = None
        if self._lingers_since is not None or self.transport.is_closing():
            return
        self._lingers_since = self.loop.time()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()

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
        return headers is not None and headers is not TRAILERS
