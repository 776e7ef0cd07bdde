"""Speak gRPC to one address, in bytes: decoding belongs to the connector.

The calls go over a small HTTP/2 client of our own: one by grpc.aio costs more than twice as much (docs/benchmarks.md).
"""

import asyncio
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from connectors.errors import BindingInvalid, CallFailed, NotConnected
from connectors.grpc.http2.connection import Connection
from connectors.grpc.http2.header_blocks import call_headers, timeout_header
from connectors.grpc.statuses import NotProcessed, bad_answer, timed_out
from connectors.grpc.types import GrpcMethod

Metadata: TypeAlias = tuple[tuple[str, str | bytes], ...]

# How long a connection may take to be made, the peer's first settings included.
CONNECT_SECONDS = 1.0
CLOSED = "the connection was closed here"


@dataclass(frozen=True, slots=True)
class GrpcRequest:
    """One call: a serialised message, and until when (loop time) its answer is of use.

    An `idempotent` request may be sent again when nobody knows whether it has been answered.
    """

    method: GrpcMethod
    message: bytes
    metadata: Metadata
    deadline: float
    idempotent: bool = False


class Channel:
    """The way to one address; what is open belongs to the loop in which it is first used.

    `most_bytes` bounds one message, and all messages of a stream together. Calls share one connection; when the peer
    wants no more on it, those that are under way end there, and the next gets a new one. Raises BindingInvalid for an
    address that is not `host:port`.
    """

    def __init__(self, address: str, most_bytes: int) -> None:
        self.address = address
        self._host, self._port = _read_address(address)
        self._most_bytes = most_bytes
        self._current: Connection | None = None
        self._all: set[Connection] = set()
        self._connecting = asyncio.Lock()
        self._refusals = 0
        self._closed = False

    async def call(self, request: GrpcRequest, until: float) -> tuple[bytes, ...]:
        """The messages of the answer, waited for `until` then (loop time): one, or those of a stream.

        The service is told how much time it has. Raises NotConnected as soon as a connection is refused; after that,
        other subclasses of CallFailed.
        """
        method = request.method
        messages = await self._call(method.path, request.message, request.metadata, until)
        return messages if method.server_streaming else (self._only(messages),)

    async def ask(self, path: str, message: bytes, until: float) -> bytes:
        """One message for another, by the path of a unary method that no schema knows; raises as `call` does."""
        return self._only(await self._call(path, message, (), until))

    async def close(self) -> None:
        """Close all connections; calls in flight fail."""
        self._closed = True
        for connection in tuple(self._all):
            connection.close(CLOSED)
        await asyncio.sleep(0)  # the loop closes aborted sockets in its next round

    async def _call(self, path: str, message: bytes, metadata: Metadata, deadline: float) -> tuple[bytes, ...]:
        try:
            return await self._call_once(path, message, metadata, deadline)
        except NotProcessed:
            # The peer was about to close the connection, which is no reason to avoid the address.
            return await self._call_once(path, message, metadata, deadline)

    async def _call_once(self, path: str, message: bytes, metadata: Metadata, deadline: float) -> tuple[bytes, ...]:
        connection = self._current
        if connection is None or not connection.is_usable or not connection.has_room:
            connection = await self._take(deadline)
        patience = deadline - asyncio.get_running_loop().time()
        if patience <= 0:
            raise timed_out(f"{self.address}: the deadline passed before the call")
        headers = call_headers(path, self.address, metadata) + timeout_header(patience)
        stream, exchange = connection.send(headers, message, deadline)
        try:
            return await exchange.answer
        finally:
            connection.cancel(stream)  # has no effect on a call that has ended

    def _only(self, messages: tuple[bytes, ...]) -> bytes:
        if len(messages) != 1:
            raise bad_answer(f"{self.address}: the status OK, and {len(messages) or 'no'} messages")
        return messages[0]

    async def _take(self, deadline: float) -> Connection:
        """A connection that takes a call now."""
        while True:
            connection = self._current
            if connection is None or not connection.is_usable:
                connection = await self._connect(deadline)
            if connection.has_room:
                return connection
            await connection.room(deadline)

    async def _connect(self, deadline: float) -> Connection:
        """Make a connection; of several that want one, one makes it, and all get it or are refused."""
        refusals = self._refusals
        try:
            async with asyncio.timeout_at(deadline), self._connecting:
                if self._current is not None and self._current.is_usable:
                    return self._current
                if self._refusals != refusals:
                    raise NotConnected("the service cannot be reached", detail=f"{self.address}: connection refused")
                self._current = await self._open()
                return self._current
        except TimeoutError:
            raise timed_out(f"{self.address}: no connection before the deadline") from None

    async def _open(self) -> Connection:
        if self._closed:
            raise NotConnected("the service cannot be reached", detail=f"{self.address}: {CLOSED}")
        loop = asyncio.get_running_loop()
        connection = Connection(loop, self.address, self._most_bytes, self._all.discard)
        self._all.add(connection)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await loop.create_connection(lambda: connection, self._host, self._port)
                await connection.ready
        except (OSError, TimeoutError, CallFailed) as error:
            self._refusals += 1
            connection.close("not connected")
            if isinstance(error, NotConnected):
                raise
            detail = f"{self.address}: no connection can be made: {str(error) or 'it takes too long'}"
            raise NotConnected("the service cannot be reached", detail=detail) from error
        except asyncio.CancelledError:
            connection.close("nobody waits for it")
            raise
        return connection


def _read_address(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{address}")
        host, port, has_more = parts.hostname, parts.port, bool(parts.path or parts.username)
    except ValueError:
        host, port, has_more = None, None, False
    if not host or port is None or has_more:
        raise BindingInvalid(f"the address '{address}' has to be host:port")
    return host, port
