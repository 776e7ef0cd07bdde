"""Servers that do on each connection what a test says, however wrong it is."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest
import uvloop

from connectors.http.address import HttpAddress, read_address
from connectors.http.limits import HttpLimits
from connectors.http.plain import PlainHttpClient


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test on the loop of the standard library and on the gateway's, which differ in what they tell."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@dataclass
class Peer:
    """The server's side of one connection; `number` counts connections from 1."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int

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


Script = Callable[[Peer], Awaitable[None]]


@dataclass
class ScriptedServer:
    """Runs the script for every connection, and closes the connection at the script's end."""

    script: Script
    address: HttpAddress = field(init=False)
    connections: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = read_address(f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}")

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self.script(Peer(reader, writer, self.connections))
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Script], Awaitable[ScriptedServer]]]:
    servers: list[ScriptedServer] = []

    async def start(script: Script) -> ScriptedServer:
        server = ScriptedServer(script)
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        await server.stop()


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
