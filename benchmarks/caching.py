"""CPU time of what the cache does for one fetch of 100 entities, against the call that it saves.

    python -m benchmarks.caching [FETCHES]

The service answers in a process of its own, so that its time is not counted; its answer is always the same. Each figure
is the least of seven rounds, in µs of CPU of the gateway's process.
"""

import asyncio
import copy
import multiprocessing
import pickle
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, cast

import orjson
import uvloop

from connectors.graphql.connector import GraphQLConnector
from connectors.protocol import Answer, CallContext, CallRequest, Fetch, Representation, RepresentationField
from connectors.traffic.http_service import HttpService
from federation.composition.compose import compose
from federation.extensions.caching.cache import Cache, open_cache
from federation.extensions.caching.fetch_caching import CachingRules, FetchCaching
from federation.extensions.caching.hints import Hint, Hints
from federation.extensions.caching.shown_entities import keys_of
from schemas.policy import NO_POLICIES
from schemas.read_supergraph import read_supergraph
from schemas.selection import Field, InlineFragment
from schemas.subgraph import Subgraph

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key"])
type Query { user: User }
type User @key(fields: "id") { id: ID! name: String email: String city: City }
type City { name: String country: String }
"""
ENTITIES = 100
ROUNDS = 7
USERS = [
    {
        "__typename": "User",
        "id": str(number),
        "name": f"Rūta García {number}",
        "email": f"user{number}@shop.example",
        "city": {"name": "Kaunas", "country": "Lithuania"},
    }
    for number in range(ENTITIES)
]
BODY = orjson.dumps({"data": {"_entities": USERS}})
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)
CITY = Field("city", selections=(Field("name"), Field("country")))
FIELDS = (Field("__typename"), Field("id"), Field("name"), Field("email"), CITY)
KEY = (
    Representation(
        "User",
        frozenset({"User"}),
        (RepresentationField("id", "id"),),
    ),
)

Ask = Callable[[CallRequest], Awaitable[Answer]]


class Service(asyncio.Protocol):
    """Gives the same answer to every request, once it is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if end and len(body) >= length:
            self.received = b""
            self.transport.write(ANSWER)


def serve(ready: Connection) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Service, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(main())


@contextmanager
def service() -> Iterator[str]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


async def cpu(count: int, act: Callable[[], Awaitable[object]]) -> float:
    """µs of CPU that one act takes, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(count):
            await act()
        best = min(best, (time.process_time() - start) / count)
    return best * 1e6


async def measure(url: str, count: int) -> None:
    supergraph = read_supergraph(compose((Subgraph("users", SDL, url),)).supergraph_sdl)
    graph = next(iter(supergraph.graphs.values()))
    http = HttpService("users", [url])
    connector = GraphQLConnector(graph, http, "/")
    fetch = Fetch(graph.name, "query", (InlineFragment("User", FIELDS),), KEY)
    template, fetches = connector.prepare(fetch), (fetch,)
    shown = [{"__typename": "User", "id": str(number)} for number in range(ENTITIES)]

    def request() -> CallRequest:
        context = CallContext(asyncio.get_running_loop().time() + 30, identity_scope="alice")
        return CallRequest(template, {}, shown, context, fetches=fetches)

    def layer(cache: Cache, *, keeps: bool) -> Ask:
        hints = Hints(NO_POLICIES, Hint(300.0) if keeps else None)
        rules = CachingRules(hints, keys_of(supergraph), lambda _: "users", lambda _: frozenset())
        return FetchCaching(cache, rules).wrap(connector.call, graph)

    async with open_cache(None) as cache:
        asks, passes = layer(cache, keeps=True), layer(cache, keeps=False)

        async def miss() -> None:
            cache.clear()
            await asks(request())

        figures = {
            "a call, without the cache": await cpu(count, lambda: connector.call(request())),
            "a call that is not kept": await cpu(count, lambda: passes(request())),
            "a miss: a call, and 100 entries kept": await cpu(count, miss),
            "a hit of 100 entities": await cpu(count, lambda: asks(request())),
        }
    await http.close()
    for name, figure in figures.items():
        print(f"{name:42}{figure:8.0f}")


def compare_copies(count: int) -> None:
    """How an entry could be kept so that no request sees what another does to it."""
    bodies = [orjson.dumps(user) for user in USERS]
    pickled = pickle.dumps(USERS)
    ways: dict[str, Callable[[], Any]] = {
        "JSON texts, joined and read at once": lambda: orjson.loads(b"[%b]" % b",".join(bodies)),
        "JSON texts, each read": lambda: [orjson.loads(body) for body in bodies],
        "pickle": lambda: pickle.loads(pickled),
        "copy.deepcopy": lambda: copy.deepcopy(USERS),
    }
    for name, way in ways.items():
        best = float("inf")
        for _ in range(ROUNDS):
            start = time.process_time()
            for _ in range(count):
                way()
            best = min(best, (time.process_time() - start) / count)
        print(f"{name:42}{best * 1e6:8.0f}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with service() as url:
        uvloop.run(measure(url, count))
    compare_copies(count)


if __name__ == "__main__":
    main()
