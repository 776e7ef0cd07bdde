"""One HTTP/2 connection: calls side by side on their streams, each within what the peer allows (RFC 9113)."""

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

from connectors.errors import CallFailed, NotConnected
from connectors.grpc.http2.exchange import Exchange
from connectors.grpc.http2.frame_reader import FrameReader
from connectors.grpc.http2.frames import (
    FIRST_WINDOW,
    GOAWAY,
    LARGEST_WINDOW,
    PREFACE,
    STREAM_BITS,
    ErrorCode,
    Flag,
    Kind,
    ProtocolViolated,
    Setting,
    frame,
    read_number,
    read_settings,
    reset,
    settings,
    window_update,
)
from connectors.grpc.http2.header_blocks import MOST_BLOCK_BYTES, read_block
from connectors.grpc.http2.messages import with_prefix
from connectors.grpc.http2.outgoing import Outgoing
from connectors.grpc.http2.room import Room
from connectors.grpc.statuses import NotProcessed, broken, timed_out

# So many calls may be under way, whatever more the peer allows.
MOST_STREAMS = 1_000
# Answers to questions of the peer that it does not read.
MOST_UNREAD_REPLIES = 1_000
WINDOW_BEYOND_ANSWER = 64 * 1024
END = Flag.END_STREAM


class Connection(asyncio.Protocol):
    """A connection to one address, used by its channel only; `is_usable` until either side wants no more calls on it.

    `ready` is done when the peer has said that it speaks HTTP/2, or fails. `on_end` is called when it is gone.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, peer: str, most_bytes: int, on_end: Callable[["Connection"], None]
    ) -> None:
        self._loop = loop
        self._peer = peer
        self._most_bytes = most_bytes
        self._on_end = on_end
        self._stream_window = min(most_bytes + WINDOW_BEYOND_ANSWER, LARGEST_WINDOW)
        self._transport: asyncio.Transport | None = None
        self._exchanges: dict[int, Exchange] = {}
        self._outgoing = Outgoing()
        self._reader = FrameReader()
        self._room = Room(loop, peer)
        self._timer: asyncio.TimerHandle | None = None
        self._next_stream = 1
        self._received = 0
        self._replies = 0
        self._is_lost = False
        self._peer_streams = MOST_STREAMS
        self._takes: Mapping[int, Callable[[int, int, bytes], None]] = {
            Kind.DATA: self._take_data,
            Kind.HEADERS: self._take_headers,
            Kind.RST_STREAM: self._take_reset,
            Kind.SETTINGS: self._take_settings,
            Kind.PUSH_PROMISE: self._take_push,
            Kind.PING: self._take_ping,
            Kind.GOAWAY: self._take_goaway,
            Kind.WINDOW_UPDATE: self._take_window_update,
            Kind.CONTINUATION: self._take_continuation,
        }
        self.ready: asyncio.Future[None] = loop.create_future()
        self.is_usable = True

    @property
    def has_room(self) -> bool:
        """Whether the peer takes a call now."""
        return len(self._exchanges) < self._peer_streams

    def send(self, headers: bytes, message: bytes, deadline: float) -> tuple[int, Exchange]:
        """Send a call on a stream of its own; to be called when the connection is ready, usable and has room."""
        stream = self._next_stream
        self._next_stream += 2
        if self._next_stream > STREAM_BITS:
            self.is_usable = False
        exchange = Exchange(self._loop.create_future(), self._peer, deadline, self._most_bytes)
        self._exchanges[stream] = exchange
        if self._timer is None or self._timer.when() > deadline:
            self._set_timer(deadline)
        assert self._transport is not None
        head = frame(Kind.HEADERS, Flag.END_HEADERS, stream, headers)
        data = with_prefix(message)
        if self._outgoing.takes(len(data)):
            self._transport.write(head + frame(Kind.DATA, END, stream, data))
        else:
            self._transport.write(head)
            exchange.unsent = memoryview(data)
            self._outgoing.blocked[stream] = exchange
            self._send_blocked()
        return stream, exchange

    def cancel(self, stream: int) -> None:
        """Tell the peer that nobody waits for this answer any more, unless it has come."""
        if stream in self._exchanges:
            self._give_up(stream, ErrorCode.CANCEL)

    async def room(self, deadline: float) -> None:
        """Wait until the peer may take another call, or the connection is of no more use.

        Raises TimedOut, and PoolExhausted when too many wait already.
        """
        await self._room.wait(deadline)

    def close(self, reason: str) -> None:
        """Close at once; calls in flight fail."""
        self._lose(broken(f"{self._peer}: {reason}"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: connected."""
        # uvloop's transports are transports by their methods only
        self._transport = cast("asyncio.Transport", transport)
        wanted = {
            Setting.HEADER_TABLE_SIZE: 0,
            Setting.ENABLE_PUSH: 0,
            Setting.INITIAL_WINDOW_SIZE: self._stream_window,
            Setting.MAX_HEADER_LIST_SIZE: MOST_BLOCK_BYTES,
        }
        opened = window_update(0, LARGEST_WINDOW - FIRST_WINDOW)
        self._transport.write(PREFACE + settings(wanted) + opened)

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        try:
            for kind, flags, stream, payload in self._reader.feed(data):
                self._take(kind, flags, stream, payload)
                if self._is_lost:
                    return
        except ProtocolViolated as error:
            self._violated(str(error))

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio: the connection is gone."""
        self._lose(broken(f"{self._peer}: {error or 'closed by the peer'}"))

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if not self.ready.done():
            if kind != Kind.SETTINGS or flags & Flag.ACK:
                raise ProtocolViolated("it did not begin with settings")
            self._take_settings(0, stream, payload)
            self.ready.set_result(None)
            return
        take = self._takes.get(kind)
        if take is not None:
            take(flags, stream, payload)

    def _take_data(self, flags: int, stream: int, payload: bytes) -> None:
        size = len(payload)
        self._received += size
        if self._received > LARGEST_WINDOW // 2:
            self._write(window_update(0, self._received))
            self._received = 0
        exchange = self._exchanges.get(stream)
        if exchange is None:
            self._check_known(stream)
            return
        exchange.take_data(payload, ends=bool(flags & END))
        if exchange.answer.done():
            self._give_up(stream, ErrorCode.CANCEL)
            return
        exchange.received += size
        if exchange.received > self._stream_window // 2:
            self._write(window_update(stream, exchange.received))
            exchange.received = 0

    def _take_headers(self, flags: int, stream: int, payload: bytes) -> None:
        exchange = self._exchanges.get(stream)
        found = read_block(payload)
        if exchange is None:
            self._check_known(stream)
            return
        ends = bool(flags & END)
        exchange.take_headers(found, ends=ends)
        if exchange.answer.done():
            if ends and stream not in self._outgoing.blocked:
                self._forget(stream)
            else:
                self._give_up(stream, ErrorCode.CANCEL)

    def _take_reset(self, _flags: int, stream: int, payload: bytes) -> None:
        code = read_number(payload)
        exchange = self._exchanges.get(stream)
        if exchange is not None:
            exchange.take_reset(code)
            self._forget(stream)

    def _take_settings(self, flags: int, stream: int, payload: bytes) -> None:
        if stream:
            raise ProtocolViolated("settings of a stream")
        if flags & Flag.ACK:
            return
        for name, value in read_settings(payload):
            if name == Setting.MAX_CONCURRENT_STREAMS:
                self._peer_streams = min(value, MOST_STREAMS)
            self._outgoing.heed(name, value)
        self._reply(frame(Kind.SETTINGS, Flag.ACK, 0, b""))
        self._send_blocked()
        self._room.wake_all()

    def _take_ping(self, flags: int, _stream: int, payload: bytes) -> None:
        if len(payload) != 8:
            raise ProtocolViolated("a ping of the wrong size")
        if not flags & Flag.ACK:
            self._reply(frame(Kind.PING, Flag.ACK, 0, payload))

    def _take_goaway(self, _flags: int, _stream: int, payload: bytes) -> None:
        if len(payload) < GOAWAY.size:
            raise ProtocolViolated("a farewell that ends half-way")
        last, code = GOAWAY.unpack_from(payload)
        self.is_usable = False
        detail = f"{self._peer}: the service takes no more calls on this connection (code {code})"
        for stream in [each for each in self._exchanges if each > last & STREAM_BITS]:
            self._exchanges[stream].fail(NotProcessed("the service cannot be reached", detail=detail))
            self._forget(stream)
        self._room.wake_all()
        self._end_if_idle()

    def _take_window_update(self, _flags: int, stream: int, payload: bytes) -> None:
        by = read_number(payload) & STREAM_BITS
        exchange = self._exchanges.get(stream)
        if exchange is not None or stream == 0:
            self._outgoing.widen(exchange, by)
            self._send_blocked()

    def _take_push(self, _flags: int, _stream: int, _payload: bytes) -> None:
        raise ProtocolViolated("a push, which was not allowed")

    def _take_continuation(self, _flags: int, _stream: int, _payload: bytes) -> None:
        raise ProtocolViolated("headers that go on without a beginning")

    def _check_known(self, stream: int) -> None:
        """Late frames of calls that were given up are no fault; others are."""
        if stream == 0 or stream % 2 == 0 or stream >= self._next_stream:
            raise ProtocolViolated(f"something for the stream {stream}, which was never used")

    def _send_blocked(self) -> None:
        if self._outgoing.blocked:
            for each in self._outgoing.frames():
                self._write(each)

    def _give_up(self, stream: int, code: int) -> None:
        self._write(reset(stream, code))
        self._forget(stream)

    def _forget(self, stream: int) -> None:
        del self._exchanges[stream]
        self._outgoing.blocked.pop(stream, None)
        self._room.wake()
        if not self.is_usable:
            self._end_if_idle()

    def _end_if_idle(self) -> None:
        if not self._exchanges:
            self._lose(broken(f"{self._peer}: no longer in use"))

    def _reply(self, answer: bytes) -> None:
        """Answer a question of the peer; one that asks on and on, and reads nothing, is left."""
        assert self._transport is not None
        self._replies = self._replies + 1 if self._transport.get_write_buffer_size() else 0
        if self._replies > MOST_UNREAD_REPLIES:
            raise ProtocolViolated("it asks, and does not read the answers")
        self._write(answer)

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def _violated(self, what: str) -> None:
        """The peer does not keep to the protocol: nothing that it says can be trusted."""
        detail = f"{self._peer}: it does not speak HTTP/2 as agreed: {what}"
        if self.ready.done():
            self._lose(broken(detail))
        else:
            self._lose(NotConnected("the service cannot be reached", detail=detail))

    def _lose(self, failure: CallFailed) -> None:
        """Close, and tell everybody who waits. Safe to call twice."""
        self._is_lost = True
        self.is_usable = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()
        if not self.ready.done():
            self.ready.set_exception(NotConnected("the service cannot be reached", detail=failure.detail))
            self.ready.exception()  # looked at here, since whoever waited may have left
        exchanges = tuple(self._exchanges.values())
        self._exchanges.clear()
        self._outgoing.blocked.clear()
        for exchange in exchanges:
            exchange.fail(failure)
        self._room.wake_all()
        self._on_end(self)

    def _set_timer(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._expire)

    def _expire(self) -> None:
        self._timer = None
        now = self._loop.time()
        for stream, exchange in tuple(self._exchanges.items()):
            if exchange.deadline <= now:
                exchange.fail(timed_out(self._peer))
                self._give_up(stream, ErrorCode.CANCEL)
        if self._exchanges:
            self._set_timer(min(exchange.deadline for exchange in self._exchanges.values()))
