"""A GraphQL service that answers what a test says, and fetches made from text."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from graphql import FieldNode, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode, VariableNode, parse

from connectors.graphql.connector import GraphQLConnector
from connectors.protocol import Answer, CallContext, CallRequest, Fetch, Representation
from connectors.traffic.http_service import HttpService
from schemas.selection import Argument, Condition, Field, InlineFragment, Selection
from schemas.supergraph import Graph


@dataclass
class Subgraph:
    """Answers every request with `status` and `body`, or drops its connection; remembers the requests.

    A `body` that can be called makes the answer from the request.
    """

    status: int = 200
    body: Any = b"{}"
    drops: int = 0
    url: str = ""
    heads: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    raw_bodies: list[bytes] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = int(head.lower().split("content-length:")[1].split("\r\n")[0])
                self.heads.append(head)
                self.raw_bodies.append(await reader.readexactly(length))
                self.bodies.append(orjson.loads(self.raw_bodies[-1]))
                if self.drops:
                    self.drops -= 1
                    writer.close()
                    return
                body = self.body(self.bodies[-1]) if callable(self.body) else self.body
                answer = body if isinstance(body, bytes) else orjson.dumps(body)
                writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(answer)}\r\n\r\n".encode() + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # the client went away


def _fetch(text: str, *entity_types: str) -> Fetch:
    """Read a fetch from an operation; with entity types, its selections stand on `_entities`."""
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return Fetch(
        "users",
        "mutation" if operation.operation.value == "mutation" else "query",
        _selections(operation.selection_set),
        tuple(Representation(name, frozenset({name}), ()) for name in entity_types),
        tuple(operation.variable_definitions or ()),
    )


def _selections(node: SelectionSetNode | None) -> tuple[Selection, ...]:
    return tuple(_selection(item) for item in node.selections) if node else ()


def _selection(node: Any) -> Selection:
    conditions = tuple(_condition(directive) for directive in node.directives or ())
    inner = _selections(node.selection_set)
    if isinstance(node, InlineFragmentNode):
        return InlineFragment(node.type_condition.name.value if node.type_condition else None, inner, conditions)
    assert isinstance(node, FieldNode)
    arguments = tuple(Argument(item.name.value, item.value) for item in node.arguments or ())
    return Field(node.name.value, node.alias.value if node.alias else None, arguments, inner, conditions)


def _condition(directive: Any) -> Condition:
    value = directive.arguments[0].value
    assert isinstance(value, VariableNode)
    return Condition(value.name.value, negated=directive.name.value == "skip")


@pytest.fixture
def fetch() -> Callable[..., Fetch]:
    return _fetch


@pytest.fixture
async def subgraph() -> AsyncIterator[Subgraph]:
    server = Subgraph()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def service(subgraph: Subgraph) -> AsyncIterator[HttpService]:
    made = HttpService("users", [subgraph.url])
    yield made
    await made.close()


@pytest.fixture
def ask(service: HttpService) -> Callable[..., Awaitable[Answer]]:
    """Prepare a fetch and call the subgraph with it."""

    async def call(
        wanted: Fetch,
        variables: dict[str, Any] | None = None,
        representations: list[Any] | None = None,
        client_headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        connector = GraphQLConnector(
            Graph("users", "users", "", {}), service, "/graphql", **{"expose_errors": True, **options}
        )
        context = CallContext(asyncio.get_running_loop().time() + 5, client_headers or {})
        template = connector.prepare(wanted)
        answer = await connector.call(CallRequest(template, variables or {}, representations or [], context))
        await connector.close()
        return answer

    return call
