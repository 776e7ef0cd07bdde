"""A GraphQL subgraph over HTTP, in this process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from tests.serving import serving

# From the body of a request and its headers to the response.
Execute = Callable[[dict[str, Any], dict[bytes, str]], Awaitable[dict[str, Any]]]


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

    async with serving(application) as address:
        yield address
