"""Send the messages of calls as far as the peer allows (RFC 9113, section 5.2)."""

from collections.abc import Iterator

from connectors.grpc.http2.exchange import Exchange
from connectors.grpc.http2.frames import (
    FIRST_WINDOW,
    LARGEST_FRAME_LIMIT,
    LARGEST_WINDOW,
    SMALLEST_FRAME_LIMIT,
    Flag,
    Kind,
    ProtocolViolated,
    Setting,
    frame,
)


class Outgoing:
    """What the peer allows on one connection, and the calls that wait until it allows more."""

    __slots__ = ("_frame_limit", "_stream_window", "_window", "blocked")

    def __init__(self) -> None:
        self._window = FIRST_WINDOW
        self._stream_window = FIRST_WINDOW
        self._frame_limit = SMALLEST_FRAME_LIMIT
        self.blocked: dict[int, Exchange] = {}

    def takes(self, size: int) -> bool:
        """Whether so much may be sent at once on a new stream; then it counts as sent."""
        if self.blocked or size > self._window or size > self._stream_window or size > self._frame_limit:
            return False
        self._window -= size
        return True

    def frames(self) -> Iterator[bytes]:
        """What may be sent now of what waits, first come first served."""
        for stream, exchange in tuple(self.blocked.items()):
            while exchange.unsent:
                allowed = min(self._window, self._stream_window + exchange.credit, self._frame_limit)
                if allowed <= 0:
                    break
                part, exchange.unsent = exchange.unsent[:allowed], exchange.unsent[allowed:]
                self._window -= len(part)
                exchange.credit -= len(part)
                yield frame(Kind.DATA, 0 if exchange.unsent else Flag.END_STREAM, stream, bytes(part))
            if not exchange.unsent:
                del self.blocked[stream]

    def widen(self, exchange: Exchange | None, by: int) -> None:
        """Allow more on a stream, or without one on the connection. Raises ProtocolViolated."""
        if exchange is not None:
            exchange.credit += by
            return
        self._window += by
        if self._window > LARGEST_WINDOW:
            raise ProtocolViolated("a window that is too large")

    def heed(self, name: int, value: int) -> None:
        """Keep to a setting of the peer. Raises ProtocolViolated for a value that is not allowed."""
        match name:
            case Setting.INITIAL_WINDOW_SIZE if value > LARGEST_WINDOW:
                raise ProtocolViolated("a window that is too large")
            case Setting.INITIAL_WINDOW_SIZE:
                self._stream_window = value
            case Setting.MAX_FRAME_SIZE if not SMALLEST_FRAME_LIMIT <= value <= LARGEST_FRAME_LIMIT:
                raise ProtocolViolated("frames of a size that is not allowed")
            case Setting.MAX_FRAME_SIZE:
                self._frame_limit = value
