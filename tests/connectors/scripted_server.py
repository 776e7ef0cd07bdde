"""Servers that do on each connection what a test says, however wrong it is; whatever the protocol."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import uvloop


@dataclass
class Side:
    """The server's side of one connection; `number` counts connections from 1."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int


SideT = TypeVar("SideT", bound=Side)
Script: TypeAlias = Callable[[SideT], Awaitable[None]]


@dataclass
class ScriptedServer(Generic[SideT]):
    """Runs the script for every connection, and closes the connection at the script's end."""

    side: Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], SideT]
    script: Script[SideT]
    host: str = ""
    connections: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.host = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

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
            await self.script(self.side(reader, writer, self.connections))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()


ServerT = TypeVar("ServerT", bound=ScriptedServer[Any])


@asynccontextmanager
async def servers_of(kind: type[ServerT], side: type[Side]) -> AsyncIterator[Callable[[Any], Awaitable[ServerT]]]:
    """Gives what starts servers of a kind by their scripts; they are stopped at the end of the block."""
    servers: list[ServerT] = []

    async def start(script: Any) -> ServerT:
        servers.append(kind(side, script))
        await servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        await server.stop()


def both_loops() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """To run every test on the loop of the standard library and on the gateway's, which differ in what they tell."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
