"""How far beyond its budget a call ends when its service never answers rightly, over real connections.

    python -m benchmarks.deadlines [--calls 100]

So many calls at once to a server that hangs, dribbles, sends headers slowly or closes half of its connection, each with
a budget of half a second.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping

import uvloop

from connectors.errors import CallFailed
from connectors.traffic.http_service import HttpService
from connectors.traffic.policy import TrafficPolicy
from connectors.traffic.retry import RetryPolicy

BUDGET = 0.5
BYTE_SECONDS = 0.02
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n"
Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def hangs(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await reader.read()


async def dribbles(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send an answer byte by byte."""
    writer.write(HEAD + b"\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(BYTE_SECONDS)


async def sends_headers_slowly(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send one header after the other."""
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"x-more: 1\r\n")
        await asyncio.sleep(BYTE_SECONDS)


async def half_closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """End the answer before it is whole, and keep the other direction."""
    writer.write(HEAD + b"\r\nnot all")
    writer.write_eof()
    await reader.read()


BEHAVIOURS: Mapping[str, Behave] = {
    "black hole": hangs,
    "dribble": dribbles,
    "slow headers": sends_headers_slowly,
    "half close": half_closes,
}


async def measure(behave: Behave, calls: int) -> list[float]:
    """How many milliseconds after its budget each call ended, in order; below 0 for those that ended before."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await behave(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # the client has left, or all has been measured
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    policy = TrafficPolicy(most_calls=calls, shares_calls=False, retries=RetryPolicy(attempts=1))
    service = HttpService("bench", [f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"], policy=policy)
    loop = asyncio.get_running_loop()

    async def one() -> float:
        until = loop.time() + BUDGET
        try:
            await service.request("GET", "/", (), None, until)
        except CallFailed:
            return (loop.time() - until) * 1000
        raise AssertionError("the call was answered")

    try:
        return sorted(await asyncio.gather(*(one() for _ in range(calls))))
    finally:
        await service.close()
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deadlines", description=__doc__)
    parser.add_argument("--calls", type=int, default=100, help="at once (default: %(default)s)")
    options = parser.parse_args()
    print("| the service | median ms after the budget | most |\n|---|---|---|")
    for name, behave in BEHAVIOURS.items():
        late = uvloop.run(measure(behave, options.calls))
        print(f"| {name} | {late[len(late) // 2]:.1f} | {late[-1]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
