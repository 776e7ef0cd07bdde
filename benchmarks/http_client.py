"""CPU time of one call by our HTTP client: a POST of 1 kB that brings 4 kB back.

    python -m benchmarks.http_client [CALLS]

The server runs in a process of its own, so that its time is not counted. Each figure is the least of nine rounds, as
other work on the machine only adds. "bare" is httptools with a future and nothing else: what no client can go below.
"""

import asyncio
import sys
from multiprocessing.connection import Connection
from typing import cast

import httptools
import httpx
import uvloop

from benchmarks.calling import Call, cpu_per_call, running_server
from connectors.traffic.http_service import HttpService

REQUEST = b"q" * 1_000
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n" + b"a" * 4_000
HEADERS = (("content-type", "application/json"), ("accept", "application/json"))
ROUNDS = 9
MOST_AT_ONCE = 16


class AnsweringProtocol(asyncio.Protocol):
    """Answers each request, which ends with its body of known length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        _, end, body = self.received.partition(b"\r\n\r\n")
        if end and len(body) >= len(REQUEST):
            self.received = b""
            self.transport.write(ANSWER)


class BareProtocol(asyncio.Protocol):
    """The least that a client can do: one future for each answer, and no question asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self.body = data

    def on_message_complete(self) -> None:
        self.answer.set_result(self.body)

    def send(self, request: bytes) -> asyncio.Future[bytes]:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer


def serve(pipe: Connection) -> None:
    async def listen() -> None:
        server = await asyncio.get_running_loop().create_server(AnsweringProtocol, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(listen())


async def least(call: Call, calls: int, at_once: int) -> float:
    """The CPU time of one call in microseconds, the least of some rounds."""
    return min([await cpu_per_call(call, calls, at_once) for _ in range(ROUNDS)])


def bare_call(idle: list[BareProtocol]) -> Call:
    head = "POST /graphql HTTP/1.1\r\nhost: bench\r\n" + "".join(f"{name}: {value}\r\n" for name, value in HEADERS)
    request = f"{head}content-length: {len(REQUEST)}\r\n\r\n".encode() + REQUEST

    async def call() -> object:
        protocol = idle.pop()
        try:
            return await protocol.send(request)
        finally:
            idle.append(protocol)

    return call


async def measure(port: int, calls: int) -> None:
    loop = asyncio.get_running_loop()
    url = f"http://127.0.0.1:{port}"
    service = HttpService("bench", [url])
    protocols = [(await loop.create_connection(BareProtocol, "127.0.0.1", port))[1] for _ in range(MOST_AT_ONCE)]

    async def ours() -> object:
        return await service.request("POST", "/graphql", HEADERS, REQUEST, loop.time() + 5, idempotent=True)

    async with httpx.AsyncClient(trust_env=False) as client:

        async def with_httpx() -> object:
            return await client.post(f"{url}/graphql", content=REQUEST, headers=dict(HEADERS))

        print(f"us CPU a call on {type(loop).__module__}: 1 at once, {MOST_AT_ONCE} at once")
        kinds = (("bare", bare_call(list(protocols)), calls), ("ours", ours, calls), ("httpx", with_httpx, calls // 20))
        for name, call, count in kinds:
            alone, together = [await least(call, count, at_once) for at_once in (1, MOST_AT_ONCE)]
            print(f"  {name:6}{alone:8.1f}{together:8.1f}")
    await service.close()
    for protocol in protocols:
        protocol.transport.abort()


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 3_200
    with running_server(serve) as port:
        asyncio.run(measure(port, calls))
        uvloop.run(measure(port, calls))


if __name__ == "__main__":
    main()
