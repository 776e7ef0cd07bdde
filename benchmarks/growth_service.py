"""The services of `benchmarks.growth`, all in one process: subgraphs that give items, and cost next to nothing.

    python -m benchmarks.growth_service PORT MOST_ITEMS

Service 0 gives `items(first)`. Service N gives three fields of an item: `gN` needs the id only, `fN` also what the
service before it gives, and `bigN` is a kilobyte. Answers are made once.
"""

import asyncio
import re
import sys
from typing import cast

import httptools
import orjson
import uvloop

FIRST = re.compile(rb'"first":\s*(\d+)|first:\s*(\d+)')
FIELD = re.compile(rb"\b(?:f|g|big)\d+\b")
LINK = """extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires"]
)
"""


def subgraph(number: int) -> str:
    """The SDL of a service."""
    if number == 0:
        return f'{LINK}type Query {{ items(first: Int! = 10): [Item!]! }}\ntype Item @key(fields: "id") {{ id: ID! }}\n'
    needs = f'@requires(fields: "f{number - 1}")' if number > 1 else ""
    before = f"f{number - 1}: String @external" if number > 1 else ""
    own = f"g{number}: String big{number}: String f{number}: String {needs}"
    return f'{LINK}type Item @key(fields: "id") {{ id: ID! {before} {own} }}\n'


class Bodies:
    """What the services answer."""

    def __init__(self, most: int) -> None:
        self._ids = [{"id": str(number)} for number in range(most)]
        self._made: dict[tuple[bytes, int], bytes] = {}

    def answer(self, body: bytes) -> bytes:
        """The answer to one request: what is asked for in the query's text, for as many items as are named."""
        asked = orjson.loads(body)
        representations = (asked.get("variables") or {}).get("representations")
        found = FIELD.findall(asked["query"].encode())
        if representations is None:
            first = FIRST.search(body)
            key = (b"", int(first.group(1) or first.group(2)) if first else 10)
        else:
            key = (found[-1], len(representations))
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, field: bytes, count: int) -> bytes:
        if not field:
            return orjson.dumps({"data": {"items": self._ids[:count]}})
        name = field.decode()
        value = "x" * 1_000 if name.startswith("big") else f"the value of {name}"
        return orjson.dumps({"data": {"_entities": [{name: f"{value} {number}"} for number in range(count)]}})


class Answering(asyncio.Protocol):
    """Answers every request on a connection."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._parser = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: connected."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """The parser: a part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The parser: the request is whole."""
        answer = self._bodies.answer(b"".join(self._body))
        self._body.clear()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(answer)
        self._transport.write(head + answer)


async def main() -> None:
    port, most = int(sys.argv[1]), int(sys.argv[2])
    bodies = Bodies(most)
    server = await asyncio.get_running_loop().create_server(lambda: Answering(bodies), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
