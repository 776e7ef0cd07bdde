"""Streams over http, on a pool of connections of their own."""

import asyncio
from collections.abc import AsyncIterator

from connectors.errors import TimedOut
from connectors.http.address import HttpAddress
from connectors.http.connection import ConnectionBroken
from connectors.http.limits import HttpLimits
from connectors.http.pool import ConnectionPool
from connectors.http.response import HttpResponse
from connectors.http.streams.connection import StreamConnection
from connectors.http.streams.head import encode_stream_head
from connectors.http.streams.stream import StreamRequest, StreamTerms, read_ahead

# From here on a status says that the service does not want the rest of the request.
FIRST_ERROR = 400


class PlainStreams:
    """Opens streams to one http endpoint."""

    def __init__(self, address: HttpAddress, limits: HttpLimits) -> None:
        self._address = address
        self._pool: ConnectionPool[StreamConnection] = ConnectionPool(address, limits, StreamConnection)

    async def open(
        self, request: StreamRequest, terms: StreamTerms, until: float, *, idempotent: bool = False
    ) -> HttpResponse:
        """Send one request and give the beginning of its answer; see HttpClient."""
        address = self._address
        head = encode_stream_head(request, address.target(request.target), address.authority)
        try:
            async with asyncio.timeout_at(until):
                return await self._open(head, request, terms, until, idempotent=idempotent)
        except TimeoutError as error:
            raise TimedOut("the service did not answer in time", detail=str(address)) from error

    def close(self) -> None:
        """Close all connections; streams on them break."""
        self._pool.close()

    async def _open(
        self, head: bytes, request: StreamRequest, terms: StreamTerms, until: float, *, idempotent: bool
    ) -> HttpResponse:
        connection, is_used = await self._pool.take(until)
        try:
            if is_used and request.pieces is not None:
                # The server may be closing it, and what has been taken of a body cannot be sent again.
                connection, is_used = await self._pool.replace(connection, until), False
            try:
                answer = await _exchange(connection, head, request, terms)
            except ConnectionBroken as broken:
                # RFC 9112 9.3.1: the server may have closed an idle connection while the request was on its way.
                if broken.answer_begun or not (is_used and idempotent):
                    raise
                connection = await self._pool.replace(connection, until)
                answer = await _exchange(connection, head, request, terms)
        except BaseException:
            connection.abort()
            self._pool.give_back(connection)
            raise
        return await read_ahead(answer, _PlainRest(self._pool, connection))


class _PlainRest:
    """What is left on a connection."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: ConnectionPool[StreamConnection], connection: StreamConnection) -> None:
        self._pool = pool
        self._connection: StreamConnection | None = connection

    async def read(self) -> bytes:
        """The next piece; empty at the end. Raises CallFailed."""
        return b"" if self._connection is None else await self._connection.read()

    async def close(self) -> None:
        """Give the connection back, which the pool closes if something may still come on it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.give_back(connection)


async def _exchange(
    connection: StreamConnection, head: bytes, request: StreamRequest, terms: StreamTerms
) -> HttpResponse:
    connection.begin(terms, is_head=request.method == "HEAD")
    await connection.write(head + request.body if request.body else head)
    if request.pieces is None:
        connection.sent()
        return await connection.head()
    try:
        async with asyncio.TaskGroup() as group:
            upload = group.create_task(_upload(connection, request.pieces, is_chunked=request.length is None))
            answer = await connection.head()
            if answer.status >= FIRST_ERROR:
                upload.cancel()
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
    return answer


async def _upload(connection: StreamConnection, pieces: AsyncIterator[bytes], *, is_chunked: bool) -> None:
    async for piece in pieces:
        if connection.is_answered:
            return
        if piece:
            await connection.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
    if is_chunked:
        await connection.write(b"0\r\n\r\n")
    connection.sent()
