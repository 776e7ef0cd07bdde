"""Servers that misbehave on the wire, for what speaks HTTP/1.1 to them; what they do begins when a request has come."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BODY = b'{"id": "1", "name": "Ada", "data": {"a": 1}}'


def _answer(status: str = "200 OK", body: bytes = BODY, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n".encode() + body


async def well(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer())


async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def fails(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer("500 Internal Server Error", b"it broke"))


async def is_away(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer("503 Service Unavailable", b"later"))


async def resets(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    found = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def black_hole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def dribbles(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in _answer():
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.02)


async def sends_headers_slowly(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000):
        writer.write(f"x-{number}: 1\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.02)


async def half_closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer()[:-5])
    writer.write_eof()
    await reader.read()


async def says_too_great_a_length(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer(length=len(BODY) + 10))
    await writer.drain()
    writer.close()


def goes_away_now_and_then() -> Behave:
    """Closes every tenth connection after an answer, without having said so."""
    answers = count(1)

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer())
        if next(answers) % 10 == 0:
            await writer.drain()
            writer.close()

    return behave


# What a caller is told, where it may not ask again.
FAULTS: Mapping[str, tuple[Behave, str]] = {
    "late": (late, "UPSTREAM_TIMEOUT"),
    "500": (fails, "UPSTREAM_ERROR"),
    "503": (is_away, "UPSTREAM_ERROR"),
    "reset": (resets, "UPSTREAM_RESET"),
    "black hole": (black_hole, "UPSTREAM_TIMEOUT"),
    "dribble": (dribbles, "UPSTREAM_TIMEOUT"),
    "slow headers": (sends_headers_slowly, "UPSTREAM_TIMEOUT"),
    "half close": (half_closes, "UPSTREAM_RESET"),
    "wrong length": (says_too_great_a_length, "UPSTREAM_RESET"),
}


@asynccontextmanager
async def serving(behave: Behave) -> AsyncIterator[str]:
    """A server that behaves so on every request; gives its base URL, and has ended with all connections at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                if lengths:
                    await reader.readexactly(int(lengths[0].split(b":")[1]))
                await behave(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
