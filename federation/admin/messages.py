"""Messages between the process that watches workers and each of them: JSON, after its length in four bytes."""

import asyncio
from typing import Any

import orjson

from federation.errors import InternalError

MOST_BYTES = 32 << 20
_LENGTH_BYTES = 4


class MessageBroken(InternalError):
    """A message is none, or larger than any that makes sense; the connection is of no use any more."""

    code = "MESSAGE_BROKEN"


async def read_message(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The next message; None where the other side has ended. Raises MessageBroken."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        if length > MOST_BYTES:
            raise MessageBroken(f"a message of {length} bytes; at most {MOST_BYTES} are read")
        message = orjson.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except orjson.JSONDecodeError as error:
        raise MessageBroken(f"a message is not JSON: {error}") from error
    if not isinstance(message, dict) or not isinstance(message.get("number"), int):
        raise MessageBroken("a message has no number")
    return message


def write_message(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    """Send a message; it is not waited for. Raises MessageBroken."""
    body = orjson.dumps(message)
    if len(body) > MOST_BYTES:
        raise MessageBroken(f"a message of {len(body)} bytes; at most {MOST_BYTES} are sent")
    writer.write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)
