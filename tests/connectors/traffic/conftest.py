"""A small HTTP server that answers all requests and remembers them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest


@dataclass
class AnsweringServer:
    """Answers every request with its name."""

    name: str
    url: str = ""
    targets: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.targets.append(head.split(b" ")[1].decode())
                writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {len(self.name)}\r\n\r\n{self.name}".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # the client went away


@pytest.fixture
async def answering() -> AsyncIterator[Callable[[str], Awaitable[AnsweringServer]]]:
    servers: list[AnsweringServer] = []

    async def start(name: str) -> AnsweringServer:
        server = AnsweringServer(name)
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        await server.stop()
