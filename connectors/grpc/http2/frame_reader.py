"""Cut what a connection receives into frames, and put together headers that come in several."""

from collections.abc import Iterator
from typing import TypeAlias

from connectors.grpc.http2.frames import (
    HEAD,
    HEAD_SIZE,
    SMALLEST_FRAME_LIMIT,
    STREAM_BITS,
    Flag,
    Kind,
    ProtocolViolated,
    without_padding,
)
from connectors.grpc.http2.header_blocks import MOST_BLOCK_BYTES

PRIORITY_SIZE = 5
Frame: TypeAlias = tuple[int, int, int, bytes]
"""Kind, flags, stream, payload; that of DATA and HEADERS without its padding, that of HEADERS is a whole block."""


class FrameReader:
    """Keeps what has come of a frame, and of headers, until the rest comes."""

    __slots__ = ("_block", "_unread")

    def __init__(self) -> None:
        self._unread = b""
        self._block: tuple[int, int, bytearray] | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now; to be taken to the end. Raises ProtocolViolated."""
        if self._unread:
            data = self._unread + data
        at, end = 0, len(data)
        while end - at >= HEAD_SIZE:
            high, low, kind, flags, stream = HEAD.unpack_from(data, at)
            size = high << 8 | low
            if size > SMALLEST_FRAME_LIMIT:
                raise ProtocolViolated(f"a frame of {size} bytes")
            after = at + HEAD_SIZE + size
            if after > end:
                break
            payload = data[at + HEAD_SIZE : after]
            at = after
            if kind == Kind.DATA and self._block is None:
                yield kind, flags, stream & STREAM_BITS, without_padding(flags, payload)
            elif kind == Kind.HEADERS or self._block is not None:
                block = self._headers(kind, flags, stream & STREAM_BITS, payload)
                if block is not None:
                    yield block
            else:
                yield kind, flags, stream & STREAM_BITS, payload
        self._unread = data[at:]

    def _headers(self, kind: int, flags: int, stream: int, payload: bytes) -> Frame | None:
        """Take a part of headers; gives all of them with the last part."""
        if self._block is None:
            payload = without_padding(flags, payload)
            block = payload[PRIORITY_SIZE:] if flags & Flag.PRIORITY else payload
            if flags & Flag.END_HEADERS:
                return kind, flags, stream, block
            self._block = flags, stream, bytearray(block)
            return None
        first_flags, first_stream, gathered = self._block
        if kind != Kind.CONTINUATION or stream != first_stream:
            raise ProtocolViolated("something else in the middle of headers")
        gathered += payload
        # An empty part is refused too: parts without end cost time.
        if len(gathered) > MOST_BLOCK_BYTES or not payload:
            raise ProtocolViolated("headers that are too large")
        if not flags & Flag.END_HEADERS:
            return None
        self._block = None
        return Kind.HEADERS, first_flags, stream, bytes(gathered)
