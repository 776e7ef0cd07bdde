"""The body of a request, read as it comes: a short one at once, a long one when somebody asks for its pieces."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from federation.http.reply import Receive
from federation.routes.routed import BodyTooLarge, BodyTooSlow, ClientLeft

# A body that is no longer is there before anything is done for the request.
READ_AHEAD: Final = 64 * 1024
# For how long a client may keep everybody waiting for its next bytes.
CLIENT_SECONDS: Final = 10.0


class StreamedBody:
    """One body; `begin` comes first. The client's leaving is noticed by whoever reads, and then by `left`."""

    def __init__(self, receive: Receive, seconds: float = CLIENT_SECONDS) -> None:
        self._receive = receive
        self._seconds = seconds
        self._begun: list[bytes] = []
        self._has_more = True
        self._ended = asyncio.Event()

    @property
    def whole(self) -> bytes | None:
        """All of it, where it is there; None where more is to come."""
        return None if self._has_more else b"".join(self._begun)

    async def begin(self) -> None:
        """Read a first part. Raises BodyTooSlow, ClientLeft."""
        size = 0
        try:
            async with asyncio.timeout(self._seconds):
                while self._has_more and size <= READ_AHEAD:
                    piece = await self._next()
                    self._begun.append(piece)
                    size += len(piece)
        except TimeoutError as error:
            raise BodyTooSlow("the body of the request did not come in time") from error

    async def read(self, limit: int) -> bytes:
        """All of it, at most so many bytes. Raises BodyTooLarge, BodyTooSlow, ClientLeft."""
        return b"".join([piece async for piece in self.pieces(limit)])

    def pieces(self, limit: int) -> AsyncIterator[bytes]:
        """Its pieces, at most so many bytes together; once. Raises as `read` does."""
        return _Pieces(self, limit)

    async def next_piece(self) -> bytes | None:
        """The next piece; None at the end. Raises BodyTooSlow, ClientLeft."""
        if self._begun:
            return self._begun.pop(0)
        if not self._has_more:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._next()
        except TimeoutError as error:
            raise BodyTooSlow("the client did not go on with the body of its request") from error

    async def left(self) -> dict[str, str]:
        """Wait until the client leaves; nothing else can come when the body has been read."""
        await self._ended.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        return {"type": "http.disconnect"}

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        self._has_more = message.get("more_body", False)
        if not self._has_more:
            self._ended.set()
        piece: bytes = message.get("body", b"")
        return piece


class _Pieces:
    """Counts the pieces of a body while they pass."""

    def __init__(self, body: StreamedBody, limit: int) -> None:
        self._body = body
        self._limit = self._left = limit

    def __aiter__(self) -> "_Pieces":
        return self

    async def __anext__(self) -> bytes:
        piece = await self._body.next_piece()
        if piece is None:
            raise StopAsyncIteration
        self._left -= len(piece)
        if self._left < 0:
            raise BodyTooLarge(f"the body is larger than {self._limit} bytes")
        return piece
