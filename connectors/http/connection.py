"""One HTTP/1.1 connection: one request at a time, its answer, and nothing that was not asked for."""

import asyncio
from collections.abc import Callable

from connectors.errors import CallFailed, TimedOut, Unreachable
from connectors.http.answer import AnswerReader
from connectors.http.limits import HttpLimits
from connectors.http.pooled import Pooled
from connectors.http.response import HttpResponse

# Below this, one copy is cheaper than a second write.
_JOINED_WRITE = 64 * 1024


class ConnectionBroken(Unreachable):
    """The connection was closed before the answer was complete; `answer_begun` says whether any byte had come."""

    def __init__(self, *, answer_begun: bool, detail: str = "") -> None:
        super().__init__("the service closed the connection before its answer was complete", detail=detail)
        self.answer_begun = answer_begun


class Connection(Pooled):
    """One connection, owned by its pool; only the pool calls `send` and `abort`.

    `on_idle_loss` is called when the connection goes away while no request is on it. The timer outlives its request and
    serves the next one, if that has a later deadline: a timer for each would cost more than writing the request.
    """

    __slots__ = (
        "_deadline",
        "_exchange",
        "_loop",
        "_on_idle_loss",
        "_peer",
        "_reader",
        "_timer",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        limits: HttpLimits,
        peer: str,
        on_idle_loss: Callable[["Connection"], None],
    ) -> None:
        super().__init__()
        self._loop = loop
        self._peer = peer
        self._on_idle_loss = on_idle_loss
        self._reader = AnswerReader(limits)
        self._exchange: asyncio.Future[HttpResponse] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0

    @property
    def is_reusable(self) -> bool:
        """Whether the last answer is complete and left the connection fit for another request."""
        return self._exchange is None and self._reader.reusable and self.is_open

    def send(self, head: bytes, body: bytes | None, deadline: float, *, is_head: bool) -> asyncio.Future[HttpResponse]:
        """Send a request; the future brings its answer, or fails with a CallFailed.

        The connection must be open. A future that is cancelled leaves a connection that can only be aborted.
        """
        transport = self._transport
        assert transport is not None
        self._reader.begin(is_head=is_head)
        exchange: asyncio.Future[HttpResponse] = self._loop.create_future()
        self._exchange = exchange
        self._deadline = deadline
        if self._timer is None or self._timer.when() > deadline:
            self._set_timer(deadline)
        if not body:
            transport.write(head)
        elif len(body) < _JOINED_WRITE:
            transport.write(head + body)
        else:
            transport.writelines((head, body))
        return exchange

    def abort(self) -> None:
        """Close at once, without a word to whoever waits for an answer."""
        self._exchange = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()

    def break_off(self) -> None:
        """Close at once; whoever waits for an answer is told."""
        self._fail(ConnectionBroken(answer_begun=True, detail=f"{self._peer}: the connection was closed on our side"))
        self.abort()

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        if self._exchange is None:
            self._lose()  # nobody asked for it: the next answer could be mistaken for another's
            return
        reader = self._reader
        reader.feed(data)
        if reader.complete:
            self._finish()
        elif reader.failure is not None:
            reader.failure.detail = f"{self._peer}: {reader.failure.detail}"
            self._fail(reader.failure)

    def eof_received(self) -> None:
        """Asyncio: the peer sends no more; some answers end thus, all others are broken."""
        if self._exchange is None:
            self._lose()
            return
        self._reader.end_of_stream()
        if self._reader.complete:
            self._finish()
        else:
            self._fail(self._broken("closed by the peer"))

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio: the connection is gone."""
        if self._exchange is None:
            self._on_idle_loss(self)
        else:
            self._fail(self._broken(str(error or "closed")))

    def _lose(self) -> None:
        self.abort()
        self._on_idle_loss(self)

    def _set_timer(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._expire)

    def _expire(self) -> None:
        self._timer = None
        if self._exchange is None:
            return
        if self._loop.time() < self._deadline:
            self._set_timer(self._deadline)  # it was an earlier request's
        else:
            self._fail(TimedOut("the service did not answer in time", detail=self._peer))

    def _finish(self) -> None:
        transport, exchange = self._transport, self._exchange
        assert transport is not None
        assert exchange is not None
        if transport.get_write_buffer_size():
            self._reader.reusable = (
                False  # it answered before it had read the request; the rest of it is still on its way
            )
        self._exchange = None
        if exchange.done():  # cancelled: nobody will take the answer
            self.abort()
        else:
            exchange.set_result(self._reader.take())

    def _fail(self, failure: CallFailed) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        self.abort()
        if not exchange.done():
            exchange.set_exception(failure)

    def _broken(self, reason: str) -> ConnectionBroken:
        return ConnectionBroken(answer_begun=self._reader.begun, detail=f"{self._peer}: {reason}")
