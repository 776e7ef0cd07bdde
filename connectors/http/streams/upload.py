"""Send the pieces of a request's body while its answer may already come."""

import asyncio
from collections.abc import AsyncIterator

from connectors.errors import CallFailed, NotSendable
from connectors.http.streams.connection import StreamConnection


class Upload:
    """One body on its way; whoever began it ends it. What goes wrong with it breaks the connection off.

    `failure` is what went wrong, as the pieces or the connection raised it.
    """

    __slots__ = ("_connection", "_is_chunked", "_loop", "_pieces", "_sent_at", "_task", "failure", "waits_for_client")

    def __init__(self, connection: StreamConnection, pieces: AsyncIterator[bytes], *, is_chunked: bool) -> None:
        self.failure: Exception | None = None
        self.waits_for_client = False
        self._connection = connection
        self._pieces = pieces
        self._is_chunked = is_chunked
        self._loop = asyncio.get_running_loop()
        self._sent_at = self._loop.time()
        self._task = self._loop.create_task(self._run())

    @property
    def is_done(self) -> bool:
        """Whether nothing more will be sent."""
        return self._task.done()

    def excuses(self, seconds: float) -> bool:
        """Whether a service that said nothing for so long may be waiting for more of the request."""
        return self.waits_for_client or self._loop.time() - self._sent_at < seconds

    async def end(self) -> None:
        """Send no more. Safe to call twice."""
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def _run(self) -> None:
        try:
            await self._send()
        except CallFailed as failure:
            self.failure = failure
            self._connection.give_up(failure)
        except Exception as failure:  # whatever a client does wrong; who waits for the answer tells it
            self.failure = failure
            self._connection.give_up(NotSendable("the request did not come to its end", detail=repr(failure)))

    async def _send(self) -> None:
        connection = self._connection
        while (piece := await self._next()) is not None:
            if connection.is_answered:
                return
            if piece:
                await connection.write(b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece)
                self._sent_at = self._loop.time()
        if self._is_chunked:
            await connection.write(b"0\r\n\r\n")
        connection.sent()

    async def _next(self) -> bytes | None:
        self.waits_for_client = True
        try:
            return await anext(self._pieces, None)
        finally:
            self.waits_for_client = False
