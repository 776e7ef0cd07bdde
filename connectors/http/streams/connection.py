"""One HTTP/1.1 connection whose bodies are passed on while they come; whoever is slow slows the other side down."""

import asyncio
from collections import deque
from collections.abc import Callable

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from connectors.errors import AnswerTooLarge, BadAnswer, CallFailed, TimedOut
from connectors.http.connection import ConnectionBroken
from connectors.http.limits import HttpLimits
from connectors.http.pooled import Pooled
from connectors.http.raw_headers import RawHeaders
from connectors.http.response import HttpResponse
from connectors.http.streams.stream import StreamTerms

# So many bytes are held before the service has to wait.
MOST_HELD = 64 * 1024
BODILESS = frozenset({204, 304})


class StreamConnection(Pooled):
    """One request at a time: `begin`, `write` its parts, `sent`, `head`, then `read` until nothing comes.

    Every wait for the service ends after the pause that the terms allow.
    """

    __slots__ = (
        "_body",
        "_ends_with_connection",
        "_event",
        "_failure",
        "_head",
        "_head_left",
        "_held",
        "_is_complete",
        "_is_head",
        "_is_sent",
        "_left",
        "_limits",
        "_lines",
        "_loop",
        "_on_idle_loss",
        "_parser",
        "_paused",
        "_peer",
        "_received",
        "_reusable",
        "_terms",
        "_timer",
        "_under_way",
        "_writable",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        limits: HttpLimits,
        peer: str,
        on_idle_loss: Callable[["StreamConnection"], None],
    ) -> None:
        super().__init__()
        self._loop = loop
        self._limits = limits
        self._peer = peer
        self._on_idle_loss = on_idle_loss
        self._timer: asyncio.TimerHandle | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._event = asyncio.Event()
        self._under_way = False
        self._reusable = False

    @property
    def is_reusable(self) -> bool:
        """Whether the last answer was read to its end and left the connection fit for another request."""
        return not self._under_way and self._reusable and self.is_open

    def begin(self, terms: StreamTerms, *, is_head: bool) -> None:
        """Await a new answer."""
        self._terms = terms
        self._is_head = is_head
        self._parser = HttpResponseParser(self)
        self._lines: list[tuple[bytes, bytes]] = []
        self._body: deque[bytes] = deque()
        self._held = self._received = 0
        self._head_left = self._limits.max_head_bytes
        self._left = terms.most_bytes
        self._head: HttpResponse | None = None
        self._failure: CallFailed | None = None
        self._is_complete = self._is_sent = self._ends_with_connection = self._paused = self._reusable = False
        self._under_way = True

    @property
    def is_answered(self) -> bool:
        """Whether the whole answer has come, so that no more needs to be sent."""
        return self._is_complete

    @property
    def has_failed(self) -> bool:
        """Whether nothing more can come of the answer."""
        return self._failure is not None

    async def write(self, data: bytes) -> None:
        """Send a part of the request, when the service has taken most of what came before. Raises CallFailed."""
        if self._failure is not None:
            raise self._failure
        transport = self._transport
        assert transport is not None
        transport.write(data)
        while not self._writable.is_set():
            try:
                async with asyncio.timeout(self._terms.pause):
                    await self._writable.wait()
            except TimeoutError as error:
                if self._paused:
                    continue  # its answer is not being taken, so it cannot go on either
                raise TimedOut("the service did not take the request in time", detail=self._peer) from error
        if self._failure is not None:
            raise self._failure

    def sent(self) -> None:
        """Take note that the whole request is written: from now on the service has to answer."""
        self._is_sent = True
        if self._head is None and self._failure is None:
            self._timer = self._loop.call_later(self._terms.pause, self._expire)

    async def head(self) -> HttpResponse:
        """The status and headers of the answer, with an empty body. Raises CallFailed."""
        while self._head is None:
            if self._failure is not None:
                raise self._failure
            self._event.clear()
            await self._event.wait()
        return self._head

    async def read(self) -> bytes:
        """The next piece of the body; empty at its end. Raises CallFailed."""
        while not self._body:
            if self._is_complete:
                self._finish()
                return b""
            if self._failure is not None:
                raise self._failure
            self._event.clear()
            try:
                async with asyncio.timeout(self._terms.pause):
                    await self._event.wait()
            except TimeoutError as error:
                raise TimedOut("the service did not go on with its answer in time", detail=self._peer) from error
        piece = self._body.popleft() if len(self._body) == 1 else b"".join(self._body)
        self._body.clear()
        self._held = 0
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return piece

    def give_up(self, failure: CallFailed) -> None:
        """Close at once; whoever waits for the answer is told this failure."""
        if self._under_way:
            self._fail(failure)

    def abort(self) -> None:
        """Close at once."""
        self._under_way = False
        self._stop_timer()
        if self._transport is not None:
            self._transport.abort()

    def break_off(self) -> None:
        """Close at once; whoever waits for an answer is told."""
        if self._under_way:
            self._fail(self._broken("the connection was closed on our side"))
        self.abort()

    def pause_writing(self) -> None:
        """Asyncio: the service takes less than it is sent."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Asyncio: the service has taken most of it."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        if not self._under_way or self._is_complete:
            self._reusable = False  # nobody asked for it: the next answer could be mistaken for another's
            if not self._under_way:
                self._lose()
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self._is_complete:
                self._fail(BadAnswer("the service answered something that is not HTTP/1.1", detail=str(error)))
            self._reusable = False
        if self._head_left < 0 or (self._head is None and self._received > self._limits.max_head_bytes):
            self._fail(BadAnswer("the head of the service's answer is too large", detail=self._peer))
        if self._held > MOST_HELD and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._event.set()

    def eof_received(self) -> None:
        """Asyncio: the peer sends no more; some answers end thus, all others are broken."""
        self._ended("closed by the peer")

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio: the connection is gone."""
        self._writable.set()
        self._ended(str(error or "closed"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Parser: one header; trailers are not passed on."""
        if self._head is None:
            self._lines.append((name, value))
            self._head_left -= len(name) + len(value)

    def on_headers_complete(self) -> None:
        """Parser: the head is there; decide how the body ends, and refuse what could be read in two ways."""
        status = self._parser.get_status_code()
        if status < 200:
            self._lines = []  # of interim answers nothing is kept
            return
        self._stop_timer()
        headers = RawHeaders(self._lines)
        self._head = HttpResponse(status, headers, b"")
        if self._is_head or status in BODILESS:
            self._complete()
            return
        length, transfer = headers.get("content-length"), headers.get("transfer-encoding")
        if transfer is not None and (transfer.lower() != "chunked" or length is not None):
            self._fail(BadAnswer("the service framed its answer in a way that is not clear", detail=transfer))
        elif length is not None and (not length.isdecimal() or int(length) > self._terms.most_bytes):
            self._too_large()
        self._ends_with_connection = length is None and transfer is None

    def on_body(self, data: bytes) -> None:
        """Parser: a part of the body."""
        if self._is_complete or self._failure is not None:
            return
        self._body.append(data)
        self._held += len(data)
        self._left -= len(data)
        if self._left < 0:
            self._too_large()

    def on_message_complete(self) -> None:
        """Parser: the answer's end."""
        if self._head is not None and not self._is_complete:
            self._complete()

    def _complete(self) -> None:
        if self._failure is not None:
            return
        self._is_complete = True
        self._reusable = self._parser.should_keep_alive()

    def _finish(self) -> None:
        self._under_way = False
        if not self._is_sent or (self._transport is not None and self._transport.get_write_buffer_size()):
            self._reusable = False  # it answered before it had read the request

    def _ended(self, reason: str) -> None:
        if not self._under_way:
            self._lose()
        elif self._ends_with_connection and self._failure is None:
            self._is_complete = True
        elif not self._is_complete:
            self._fail(self._broken(reason))
        self._event.set()

    def _lose(self) -> None:
        self.abort()
        self._on_idle_loss(self)

    def _expire(self) -> None:
        self._timer = None
        self._fail(TimedOut("the service did not answer in time", detail=self._peer))

    def _too_large(self) -> None:
        self._body.clear()
        self._fail(AnswerTooLarge("the service's answer is larger than the limit"))

    def _fail(self, failure: CallFailed) -> None:
        self._stop_timer()
        if self._failure is None and not self._is_complete:
            self._failure = failure
            if self._transport is not None:
                self._transport.abort()
        self._event.set()
        self._writable.set()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _broken(self, reason: str) -> ConnectionBroken:
        return ConnectionBroken(answer_begun=self._received > 0, detail=f"{self._peer}: {reason}")
