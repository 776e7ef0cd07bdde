"""Send requests at times that do not depend on the answers, and note what became of each.

    python -m benchmarks.overload.open_loop PORT RATE SECONDS BODY

Prints one line of JSON, as `Outcome` has it. Times are counted from when a request was due, so that those which wait
for a connection are not thought to be fast. Requests are due at random times, as many clients would send them.
"""

import asyncio
import json
import re
import sys
from collections import deque
from dataclasses import asdict, dataclass, field
from random import Random
from typing import cast

import uvloop

CONNECTIONS_AT_FIRST, MOST_CONNECTIONS = 256, 1_000
SECONDS_TO_ANSWER = 10.0
TURN_SECONDS = 0.001
PROBE_SECONDS = 0.02
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Outcome:
    """Milliseconds of answers, refusals and probes of `/health/ready`; how many requests failed in another way."""

    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    probed: list[float] = field(default_factory=list)
    failed: int = 0


class Client(asyncio.Protocol):
    """One connection, on which one request is at a time."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._due: float | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: connected."""
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, due: float) -> None:
        """Send a request that was due then."""
        self._due = due
        self._transport.write(self._load.request)

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(head) if found else None
        if length is None or len(body) < int(length[1]):
            return
        self._received = b""
        due, self._due = self._due, None
        assert due is not None
        self._load.note(head[9:12], body, due)
        if b"connection: close" in head:
            self._transport.close()
        else:
            self._load.free.append(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Asyncio: closed."""
        self._load.gone(self, was_asked=self._due is not None)


class Load:
    """The requests of one run, over as many connections as they need."""

    def __init__(self, port: int, body: bytes) -> None:
        head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: application/json\r\n"
        self.request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
        self.free: deque[Client] = deque()
        self.seen = Outcome()
        self._port = port
        self._waiting: deque[float] = deque()
        self._connections = 0
        self._loop = asyncio.get_running_loop()
        self._on_their_way = 0

    async def run(self, rate: float, seconds: float) -> Outcome:
        """Send so many a second for so long."""
        draw = Random(1).expovariate
        async with asyncio.TaskGroup() as group:
            self._connections = CONNECTIONS_AT_FIRST
            for _ in range(CONNECTIONS_AT_FIRST):
                group.create_task(self._connect())
        due = self._loop.time()
        until = due + seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(self._probe(until))
            while due < until:
                if due > (now := self._loop.time()):
                    await asyncio.sleep(max(due - now, TURN_SECONDS))
                while due <= self._loop.time() and due < until:
                    self._on_their_way += 1
                    self._waiting.append(due)
                    due += draw(rate)
                self._send()
                for _ in range(min(len(self._waiting), MOST_CONNECTIONS - self._connections)):
                    self._connections += 1
                    group.create_task(self._connect())
        patience = self._loop.time() + SECONDS_TO_ANSWER
        while self._on_their_way and self._loop.time() < patience:
            self._send()
            await asyncio.sleep(TURN_SECONDS)
        self.seen.failed += self._on_their_way
        return self.seen

    def note(self, status: bytes, body: bytes, due: float) -> None:
        """Take note of an answer."""
        self._on_their_way -= 1
        took = (self._loop.time() - due) * 1_000
        if status == b"200" and b'"errors"' not in body:
            self.seen.answered.append(took)
        elif status == b"503":
            self.seen.refused.append(took)
        else:
            self.seen.failed += 1

    def gone(self, client: Client, *, was_asked: bool) -> None:
        """Take note of a connection that was closed."""
        self._connections -= 1
        if was_asked:
            self._on_their_way -= 1
            self.seen.failed += 1
        elif client in self.free:
            self.free.remove(client)

    def _send(self) -> None:
        while self._waiting and self.free:
            self.free.pop().ask(self._waiting.popleft())

    async def _probe(self, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while (asked := self._loop.time()) < until:
            writer.write(b"GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            if head[9:12] == b"200":
                self.seen.probed.append((self._loop.time() - asked) * 1_000)
            else:
                self.seen.failed += 1
            await asyncio.sleep(PROBE_SECONDS)
        writer.close()

    async def _connect(self) -> None:
        _, client = await self._loop.create_connection(lambda: Client(self), "127.0.0.1", self._port)
        self.free.append(client)
        self._send()


async def main() -> None:
    """Run one load, and print its outcome."""
    port, rate, seconds, body = sys.argv[1:]
    seen = await Load(int(port), body.encode()).run(float(rate), float(seconds))
    sys.stdout.write(json.dumps(asdict(seen)))


if __name__ == "__main__":
    uvloop.run(main())
