"""Serve an ASGI application by the server that `interlace serve` uses, in this process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from federation.cli.connection_limits import ConnectionLimits
from federation.cli.leaving_server import Events, LeavingPolicy, LeavingServer
from federation.cli.listen import listen
from federation.door.door import Door
from federation.door.limiter import Limiter, LimitPolicy

PATIENCE = 10.0


@dataclass
class Answering:
    """An application that says ok to whole requests as soon as it may, and counts what it was asked."""

    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    body: bytes = b"ok"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        self.is_asked.set()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            more = message["more_body"]
        if not scope["path"].startswith("/health/"):
            await self.may_answer.wait()
        headers = [(b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@dataclass
class Served:
    """A server that runs, and what is before it."""

    server: LeavingServer
    door: Door
    port: int
    stopped: asyncio.Event
    is_leaving: asyncio.Event
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A new connection, which is closed when the server has left."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.append(writer)
        return reader, writer

    async def disconnect(self) -> None:
        """Close all connections."""
        for writer in self._writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def exchange(self, sent: bytes) -> bytes:
        """What comes back on a connection of its own, to its end."""
        reader, writer = await self.connect()
        writer.write(sent)
        async with asyncio.timeout(PATIENCE):
            return await reader.read()


@asynccontextmanager
async def serving(
    application: Callable[[Any, Any, Any], Awaitable[None]],
    *,
    most: int = 100,
    limits: ConnectionLimits | None = None,
    leaving: LeavingPolicy | None = None,
) -> AsyncIterator[Served]:
    """Serve while the block runs, at most so many requests at a time."""
    door = Door(Limiter(LimitPolicy(target=10, first=most, least=most, most=most)))
    up, stopped, is_leaving = asyncio.Event(), asyncio.Event(), asyncio.Event()
    server = LeavingServer(
        application,
        door,
        limits or ConnectionLimits(),
        leaving or LeavingPolicy(notice=0.0, patience=2.0),
        Events(up.set, is_leaving.set),
    )

    async def run() -> None:
        with listen("127.0.0.1", 0) as listener:
            served.port = listener.getsockname()[1]
            await server.serve(sockets=[listener])
        stopped.set()

    served = Served(server, door, 0, stopped, is_leaving)
    async with asyncio.TaskGroup() as group:
        group.create_task(run())
        await up.wait()
        try:
            yield served
        finally:
            server.should_exit = server.force_exit = True
            server.stop(at_once=True)
            if isinstance(application, Answering):
                application.may_answer.set()
            await stopped.wait()
            await served.disconnect()


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that tells nobody when it does."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - there is nothing else to wait for
            await asyncio.sleep(0.01)


def post(body: bytes = b"{}", path: str = "/graphql", *headers: str) -> bytes:
    """A whole request."""
    head = (f"POST {path} HTTP/1.1", "host: x", f"content-length: {len(body)}", *headers)
    return "\r\n".join((*head, "", "")).encode() + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head and the body of one answer."""
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[16:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: "))
        return head, await reader.readexactly(length)
