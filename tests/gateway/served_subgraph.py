"""A GraphQL subgraph over HTTP, in this process."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import uvicorn

from federation.cli.listen import address_of, listen

# From the body of a request and its headers to the response.
Execute = Callable[[dict[str, Any], dict[bytes, str]], Awaitable[dict[str, Any]]]


class Server(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, application: Any) -> None:
        super().__init__(uvicorn.Config(application, log_level="critical", ws="none", lifespan="off"))
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(execute: Execute) -> AsyncIterator[str]:
    """Serve it on a free port while the block runs; gives its URL without a path."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break
        headers = {name: value.decode() for name, value in scope["headers"]}
        answer = await execute(orjson.loads(body), headers)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps(answer)})

    server = Server(application)
    with listen("127.0.0.1", 0) as listener:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener]))
            await server.up.wait()
            yield address_of(listener)
            server.should_exit = server.force_exit = True
