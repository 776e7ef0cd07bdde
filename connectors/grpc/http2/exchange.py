"""One call on its stream: what is still to be sent, what has come, and how it ends."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

import grpc

from connectors.errors import BadAnswer, CallFailed
from connectors.grpc.http2.frames import ErrorCode
from connectors.grpc.http2.header_blocks import Headers
from connectors.grpc.http2.messages import Messages
from connectors.grpc.statuses import NotProcessed, bad_answer, failure

STATUS, CONTENT_TYPE = b":status", b"content-type"
GRPC_STATUS, GRPC_MESSAGE = b"grpc-status", b"grpc-message"
GRPC_CONTENT = b"application/grpc"
PUSHBACK = b"grpc-retry-pushback-ms"
NOT_AGAIN = -1.0
CODES: Mapping[bytes, grpc.StatusCode] = MappingProxyType(
    {str(code.value[0]).encode(): code for code in grpc.StatusCode}
)
# What a status of HTTP means where there is none of gRPC (gRPC: HTTP to gRPC Status Code Mapping).
HTTP_STATUSES: Mapping[bytes, grpc.StatusCode] = MappingProxyType(
    {
        b"400": grpc.StatusCode.INTERNAL,
        b"401": grpc.StatusCode.UNAUTHENTICATED,
        b"403": grpc.StatusCode.PERMISSION_DENIED,
        b"404": grpc.StatusCode.UNIMPLEMENTED,
        b"429": grpc.StatusCode.UNAVAILABLE,
        b"502": grpc.StatusCode.UNAVAILABLE,
        b"503": grpc.StatusCode.UNAVAILABLE,
        b"504": grpc.StatusCode.UNAVAILABLE,
    }
)
# What giving up a stream means (gRPC over HTTP/2: Errors).
RESETS: Mapping[int, grpc.StatusCode] = MappingProxyType(
    {
        ErrorCode.CANCEL: grpc.StatusCode.CANCELLED,
        ErrorCode.ENHANCE_YOUR_CALM: grpc.StatusCode.RESOURCE_EXHAUSTED,
        ErrorCode.INADEQUATE_SECURITY: grpc.StatusCode.PERMISSION_DENIED,
    }
)


class Exchange:
    """A call that has been sent; `answer` brings its messages, or a CallFailed. Its connection alone changes it.

    `credit` is by how much the stream may send more than the window with which all streams begin; `unsent` is what
    waits for the peer's leave, and `received` what has come since the peer last got ours.
    """

    __slots__ = ("_begun", "_messages", "_peer", "_streams", "answer", "credit", "deadline", "received", "unsent")

    def __init__(self, answer: asyncio.Future[tuple[bytes, ...]], peer: str, deadline: float, most_bytes: int) -> None:
        self.answer = answer
        self.deadline = deadline
        self.credit = 0
        self.received = 0
        self.unsent = memoryview(b"")
        self._peer = peer
        self._messages = Messages(most_bytes)
        self._begun = False

    def take_headers(self, found: Headers, *, ends: bool) -> None:
        """Take a block of headers: the first are the answer's, the last its trailers, and often one is both."""
        if self._begun or GRPC_STATUS in found:
            self._end(found, ends=ends)
            return
        status = found.get(STATUS, b"")
        if status.startswith(b"1") and not ends:
            return
        if status != b"200":
            self._fail_with(HTTP_STATUSES.get(status, grpc.StatusCode.UNKNOWN), f"HTTP status {status!r}")
        elif not found.get(CONTENT_TYPE, b"").startswith(GRPC_CONTENT):
            self._fail_with(grpc.StatusCode.UNKNOWN, f"content type {found.get(CONTENT_TYPE)!r}")
        elif ends:
            self._fail_with(grpc.StatusCode.UNKNOWN, "no status")
        self._begun = True

    def take_data(self, data: bytes, *, ends: bool) -> None:
        """Take a part of the answer."""
        try:
            if not self._begun:
                raise BadAnswer("the answer of the service is not what its type promises", detail="no headers")
            self._messages.feed(data)
        except CallFailed as error:
            error.detail = f"{self._peer}: {error.detail}"
            self.fail(error)
            return
        if ends:
            self._fail_with(grpc.StatusCode.UNKNOWN, "no status")

    def take_reset(self, code: int) -> None:
        """The service gave the stream up."""
        if code == ErrorCode.REFUSED_STREAM:
            self.fail(NotProcessed("the service cannot be reached", detail=f"{self._peer}: the stream was refused"))
        else:
            self._fail_with(RESETS.get(code, grpc.StatusCode.INTERNAL), f"the stream was reset with {code}")

    def fail(self, error: CallFailed) -> None:
        """End the call, unless it has ended."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def _end(self, trailers: Headers, *, ends: bool) -> None:
        code = CODES.get(trailers.get(GRPC_STATUS, b""), grpc.StatusCode.UNKNOWN)
        if not ends:
            self.fail(bad_answer(f"{self._peer}: headers between messages"))
        elif code is not grpc.StatusCode.OK:
            said = trailers.get(GRPC_MESSAGE, b"" if GRPC_STATUS in trailers else b"no status")
            self._fail_with(code, unquote(said.decode("latin-1")), _pushback(trailers))
        elif self._messages.ends_half_way:
            self.fail(bad_answer(f"{self._peer}: the status OK in the middle of a message"))
        elif not self.answer.done():
            self.answer.set_result(tuple(self._messages.whole))

    def _fail_with(self, code: grpc.StatusCode, said: str, pushback: float | None = None) -> None:
        self.fail(failure(code, said, self._peer, pushback))


def _pushback(trailers: Headers) -> float | None:
    """How long (seconds) the service asks to be left alone; below zero it asks not to be called again (gRFC A6)."""
    given = trailers.get(PUSHBACK)
    if given is None:
        return None
    try:
        return int(given) / 1000
    except ValueError:
        return NOT_AGAIN  # gRFC A6: what cannot be read means so
