"""An HTTP service in this process: a function from a request to a response."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import orjson

from tests.serving import serving


class Asked(NamedTuple):
    """One request: names of headers are lower-cased."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Replied(NamedTuple):
    """One response."""

    body: Any = None
    headers: Mapping[str, str] = {}
    status: int = 200


@asynccontextmanager
async def served_app(reply: Callable[[Asked], Replied]) -> AsyncIterator[str]:
    """Serve it on a free port while the block runs; gives its URL without a path."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        made = reply(Asked(scope["method"], path, headers, orjson.loads(body) if body else None))
        sent = [(name.encode(), value.encode()) for name, value in made.headers.items()]
        text = b"" if made.status == 304 else orjson.dumps(made.body)
        await send({"type": "http.response.start", "status": made.status, "headers": sent})
        await send({"type": "http.response.body", "body": text})

    async with serving(application) as address:
        yield address
