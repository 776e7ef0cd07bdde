"""Read a request's body, under a size limit."""

from federation.http.reply import Receive


class BodyTooLarge(Exception):
    """The body is larger than the limit; it was not read to its end."""


class ClientGone(Exception):
    """The client went away before its request was complete."""


async def read_body(receive: Receive, content_length: bytes | None, limit: int) -> bytes:
    """The whole body, at most `limit` bytes. Raises BodyTooLarge or ClientGone."""
    if content_length is not None and content_length.isdigit() and int(content_length) > limit:
        raise BodyTooLarge
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return _within(body, limit)
    pieces = [body]
    size = len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > limit:
            raise BodyTooLarge
    return b"".join(pieces)


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise BodyTooLarge
    return body
