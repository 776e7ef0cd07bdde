"""Streams over HTTP/1.1, with TLS where the address has it, on a pool of connections of their own."""

import asyncio
import ssl
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
from connectors.http.streams.upload import Upload

# From here on a status says that the service does not want the rest of the request.
FIRST_ERROR = 400


class Streams:
    """Opens streams to one endpoint; `tls` replaces the system's trust store."""

    def __init__(self, address: HttpAddress, limits: HttpLimits, tls: ssl.SSLContext | None = None) -> None:
        self._address = address
        if address.scheme == "https" and tls is None:
            tls = ssl.create_default_context()
        self._pool: ConnectionPool[StreamConnection] = ConnectionPool(address, limits, StreamConnection, tls)

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
            if request.pieces is not None:
                return await self._exchange(connection, head, request, request.pieces, terms)
            try:
                answer = await _ask(connection, head, request, terms)
            except ConnectionBroken as broken:
                # RFC 9112 9.3.1: the server may have closed an idle connection while the request was on its way.
                if broken.answer_begun or not (is_used and idempotent):
                    raise
                connection = await self._pool.replace(connection, until)
                answer = await _ask(connection, head, request, terms)
        except BaseException:
            connection.abort()
            self._pool.give_back(connection)
            raise
        return await read_ahead(answer, _Rest(self._pool, connection))

    async def _exchange(
        self,
        connection: StreamConnection,
        head: bytes,
        request: StreamRequest,
        pieces: AsyncIterator[bytes],
        terms: StreamTerms,
    ) -> HttpResponse:
        """Send the body piece by piece, and give the answer as soon as it begins."""
        connection.begin(terms, is_head=request.method == "HEAD")
        await connection.write(head)
        upload = Upload(connection, pieces, is_chunked=request.length is None)
        try:
            answer = await connection.head()
        except BaseException:
            await upload.end()
            if upload.failure is not None:
                raise upload.failure from None
            raise
        rest = _Rest(self._pool, connection)
        if answer.status < FIRST_ERROR and not upload.is_done:
            return answer._replace(rest=_RestBesideUpload(rest, connection, upload, terms.pause))
        await upload.end()
        return await read_ahead(answer, rest)


async def _ask(connection: StreamConnection, head: bytes, request: StreamRequest, terms: StreamTerms) -> HttpResponse:
    connection.begin(terms, is_head=request.method == "HEAD")
    await connection.write(head + request.body if request.body else head)
    connection.sent()
    return await connection.head()


class _Rest:
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


class _RestBesideUpload:
    """An answer that comes while its request is still being sent."""

    __slots__ = ("_connection", "_pause", "_rest", "_upload")

    def __init__(self, rest: _Rest, connection: StreamConnection, upload: Upload, pause: float) -> None:
        self._pause = pause
        self._rest = rest
        self._connection = connection
        self._upload = upload

    async def read(self) -> bytes:
        """The next piece; empty at the end. Raises CallFailed."""
        while True:
            try:
                return await self._rest.read()
            except TimedOut:
                # A service that needs more of the request to go on is not to blame for a slow client.
                if self._connection.has_failed or not self._upload.excuses(self._pause):
                    raise

    async def close(self) -> None:
        """Send and read no more."""
        await self._upload.end()
        await self._rest.close()
