"""Servers that do on each connection what a test says, however wrong it is."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from connectors.http.address import HttpAddress, read_address
from connectors.http.limits import HttpLimits
from connectors.http.plain import PlainHttpClient
from tests.connectors.scripted_server import Script, ScriptedServer, Side, both_loops, servers_of

pytest_asyncio_loop_factories = both_loops


class Peer(Side):
    """The server's side of one connection."""

    async def request(self) -> str:
        """Read one request with its body; an empty text means that the client has closed the connection."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return ""
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        body = await self.reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
        return (head + body).decode("latin-1")

    async def send(self, text: str) -> None:
        self.writer.write(text.encode("latin-1"))
        await self.writer.drain()

    def end(self) -> None:
        """Send no more, but go on reading."""
        self.writer.write_eof()

    def reset(self) -> None:
        """Close as a crashing host does: with a reset."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


class Server(ScriptedServer[Peer]):
    """Speaks HTTP, or what a test takes for it."""

    @property
    def address(self) -> HttpAddress:
        return read_address(f"http://{self.host}")


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Script[Peer]], Awaitable[Server]]]:
    async with servers_of(Server, Peer) as start:
        yield start


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., PlainHttpClient]]:
    """Make clients that are closed, and looked over for lost slots, when the test is over."""
    clients: list[PlainHttpClient] = []

    def make(address: HttpAddress, **limits: float) -> PlainHttpClient:
        client = PlainHttpClient(address, HttpLimits(**limits))
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.close()
        assert client._pool._slots_taken == 0
        assert not client._pool._all


@pytest.fixture
def soon() -> Iterator[Callable[..., float]]:
    """A deadline that many seconds from now."""
    return lambda seconds=5.0: asyncio.get_running_loop().time() + seconds
