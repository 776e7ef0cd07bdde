"""Serve an ASGI application on loopback, in this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from federation.cli.listen import address_of, listen


class Server(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, application: Any) -> None:
        super().__init__(uvicorn.Config(application, log_level="critical", ws="none", lifespan="off"))
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def serving(application: Any, port: int = 0) -> AsyncIterator[str]:
    """Serve it while the block runs, on a free port unless one is given; gives its URL without a path."""
    server = Server(application)
    with listen("127.0.0.1", port) as listener:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener]))
            await server.up.wait()
            try:
                yield address_of(listener)
            finally:
                server.should_exit = server.force_exit = True
