"""The reference graph in Python and the storefront's in SDL are the same graph, down to descriptions and bindings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DirectiveNode,
    DocumentNode,
    Node,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    Visitor,
    ast_to_dict,
    parse,
    visit,
)
from graphql.language.visitor import REMOVE

from connectors.mapping.evaluate import selector
from connectors.mapping.parse import parse_selection
from connectors.mapping.scope import Scope
from federation.composition.compose import compose
from schemas.connect import Connect
from schemas.read_connect import read_connect
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

SDL = Path(__file__).parents[2] / "examples/storefront/subgraphs"
NAMES = ("user", "order", "preference")
ARGUMENTS: dict[str, Any] = {
    "id": "1",
    "userId": "2",
    "input": {
        "userId": "2",
        "lines": [{"sku": "TEA-001", "quantity": 2}, {"sku": "CUP-002", "quantity": 1}],
        "note": None,
        "theme": "DARK",
        "locale": "en",
        "newsletter": True,
    },
}
VARIABLES: dict[str, Any] = {"$args": ARGUMENTS, "$batch": [{"id": "1"}, {"id": "2"}]}


class WithoutBindings(Visitor):
    """Leaves types, keys and descriptions, and drops what read_connect compares."""

    def enter_directive(self, node: DirectiveNode, *_: object) -> object:
        return REMOVE if node.name.value in {"connect", "local"} else None

    def enter_string_value(self, node: StringValueNode, *_: object) -> StringValueNode:
        return StringValueNode(value=node.value)


def unordered(value: Any) -> Any:
    """A tree without the order of its lists, comparable with ==."""
    if isinstance(value, dict):
        return tuple(sorted((key, unordered(item)) for key, item in value.items() if item not in (None, [], False)))
    if isinstance(value, list):
        return tuple(sorted((unordered(item) for item in value), key=repr))
    return repr(value)


def types(sdl: str) -> dict[str, Any]:
    document: DocumentNode = visit(parse(sdl, no_location=True), WithoutBindings())
    return {name_of(node): unordered(ast_to_dict(node)) for node in document.definitions if not is_schema(node)}


def is_schema(node: Node) -> bool:
    return isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)


def name_of(node: Node) -> str:
    return str(node.name.value)  # type: ignore[attr-defined]


def connects(subgraph: Subgraph) -> dict[str, Connect]:
    return {connect.coordinate: connect for connect in read_connect(subgraph).connects}


def comparable(connect: Connect) -> tuple[Connect, Any, Any]:
    """A binding without the spelling of its mappings, beside what they mean."""
    body = connect.call.body
    sent = None if body is None else selector(parse_selection(body))({}, Scope(VARIABLES))
    bare = replace(connect, selection="", call=replace(connect.call, body=None), subgraph="")
    return bare, parse_selection(connect.selection), sent


@pytest.fixture(params=NAMES)
def pair(request: pytest.FixtureRequest) -> tuple[Subgraph, Subgraph]:
    """One subgraph in Python and in SDL."""
    name = request.param
    return to_subgraph(f"schemas.{name}", name), Subgraph(name, (SDL / f"{name}.graphql").read_text("utf-8"))


def test_python_and_sdl_have_the_same_types_fields_arguments_keys_and_descriptions(
    pair: tuple[Subgraph, Subgraph],
) -> None:
    in_python, in_sdl = pair

    assert types(in_python.sdl) == types(in_sdl.sdl)


def test_python_and_sdl_bind_the_same_fields_to_the_same_calls(pair: tuple[Subgraph, Subgraph]) -> None:
    in_python, in_sdl = (connects(subgraph) for subgraph in pair)

    assert in_python.keys() == in_sdl.keys()
    for coordinate, connect in in_python.items():
        assert comparable(connect) == comparable(in_sdl[coordinate]), coordinate


def test_python_and_sdl_compose_to_the_same_api() -> None:
    in_python = compose([to_subgraph(f"schemas.{name}", name) for name in NAMES])
    in_sdl = compose([Subgraph(name, (SDL / f"{name}.graphql").read_text("utf-8")) for name in NAMES])

    assert (in_python.errors, in_sdl.errors) == ((), ())
    assert in_python.public_sdl == in_sdl.public_sdl


def test_a_printed_module_reads_the_same_each_time() -> None:
    assert to_subgraph("schemas.order", "order") == to_subgraph("schemas.order", "order")
