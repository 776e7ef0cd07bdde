"""The HTTP/1.1 client of the hot path: http only, keep-alive, nothing that a gateway does not need."""

import asyncio
from collections.abc import Sequence

from connectors.errors import TimedOut
from connectors.http.address import HttpAddress
from connectors.http.connection import Connection, ConnectionBroken
from connectors.http.limits import HttpLimits
from connectors.http.pool import ConnectionPool
from connectors.http.request import encode_head
from connectors.http.response import HttpResponse
from connectors.http.streams.client import Streams
from connectors.http.streams.stream import StreamRequest, StreamTerms


class PlainHttpClient:
    """Sends requests to one http endpoint over a pool of connections."""

    def __init__(self, address: HttpAddress, limits: HttpLimits) -> None:
        self._address = address
        self._limits = limits
        self._pool: ConnectionPool[Connection] = ConnectionPool(address, limits, Connection)
        self._streams: Streams | None = None

    async def request(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
    ) -> HttpResponse:
        """Send one request and give its answer; see HttpClient."""
        address = self._address
        head = encode_head(method, address.target(target), headers, body, address.authority)
        if deadline <= self._pool.time():
            raise TimedOut("there was no time left to call the service", detail=str(address))
        is_head = method == "HEAD"
        connection, is_used = self._pool.take_idle(), True
        if connection is None:
            connection, is_used = await self._pool.take(deadline)
        try:
            try:
                return await connection.send(head, body, deadline, is_head=is_head)
            except ConnectionBroken as broken:
                # RFC 9112 9.3.1: the server may have closed an idle connection while the request was on its way.
                if broken.answer_begun or not (is_used and idempotent):
                    raise
            connection = await self._pool.replace(connection, deadline)
            return await connection.send(head, body, deadline, is_head=is_head)
        finally:
            self._pool.give_back(connection)  # also when cancelled: then it is closed, as its answer may still come

    async def open(
        self, request: StreamRequest, terms: StreamTerms, until: float, *, idempotent: bool = False
    ) -> HttpResponse:
        """Send one request and give the beginning of its answer; see HttpClient."""
        if self._streams is None:
            self._streams = Streams(self._address, self._limits)
        return await self._streams.open(request, terms, until, idempotent=idempotent)

    async def close(self) -> None:
        """Close all connections; requests on them fail."""
        self._pool.close()
        if self._streams is not None:
            self._streams.close()
        await asyncio.sleep(0)  # the loop closes aborted sockets in its next round
