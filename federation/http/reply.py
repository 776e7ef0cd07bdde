"""HTTP replies of the ASGI edge."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

JSON = b"application/json; charset=utf-8"
# Stands in the scope of a request whose answer is streamed: whoever answers gives slow clients up, piece by piece.
MINDS_ITS_CLIENT = "interlace.minds_its_client"


class Reply(NamedTuple):
    """One whole HTTP reply; `content-length` is added when it is sent."""

    status: int
    content_type: bytes
    body: bytes
    headers: Headers = ()


def json_reply(status: int, value: object, headers: Headers = ()) -> Reply:
    """A reply with a JSON body."""
    return Reply(status, JSON, orjson.dumps(value), headers)


async def send_reply(send: Send, reply: Reply, *, with_body: bool = True) -> None:
    """Send a reply in one piece; without its body for HEAD."""
    headers = [
        (b"content-type", reply.content_type),
        (b"content-length", str(len(reply.body)).encode()),
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body if with_body else b""})
