"""What tests of connectors share: small graphs, and bindings on them."""

from collections.abc import Callable

import pytest
from graphql import (
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    SelectionSetNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from schemas.connect import Connect
from schemas.read_connect import read_connect
from schemas.selection import Argument, Condition, Field, InlineFragment, Selection
from schemas.subgraph import Subgraph
from schemas.supergraph import Graph, GraphField, GraphType, TypeKind

KINDS = {
    InputObjectTypeDefinitionNode: TypeKind.INPUT,
    ObjectTypeDefinitionNode: TypeKind.OBJECT,
    InterfaceTypeDefinitionNode: TypeKind.INTERFACE,
    UnionTypeDefinitionNode: TypeKind.UNION,
}
LINKS = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "shop", http: { baseURL: "http://127.0.0.1:1/v1" })
"""


def _graph(sdl: str, connect: Connect | None = None) -> Graph:
    types: dict[str, GraphType] = {}
    for node in parse(sdl).definitions:
        if type(node) not in KINDS:
            continue
        fields = {
            item.name.value: GraphField(
                item.name.value,
                print_ast(item.type),
                {argument.name.value: print_ast(argument.type) for argument in getattr(item, "arguments", None) or ()},
                default=getattr(item, "default_value", None),
            )
            for item in getattr(node, "fields", None) or ()
        }
        interfaces = tuple(item.name.value for item in getattr(node, "interfaces", None) or ())
        members = tuple(item.name.value for item in getattr(node, "types", None) or ())
        name = node.name.value
        types[name] = GraphType(name, KINDS[type(node)], fields=fields, interfaces=interfaces, members=members)
    return Graph("shop", "shop", "", types, connect)


def _selections(text: str) -> tuple[Selection, ...]:
    return _asked(parse(text).definitions[0].selection_set)


def _asked(node: SelectionSetNode | None) -> tuple[Selection, ...]:
    found: list[Selection] = []
    for item in node.selections if node else ():
        conditions = tuple(
            Condition(directive.arguments[0].value.name.value, directive.name.value == "skip")
            for directive in item.directives or ()
        )
        if hasattr(item, "type_condition"):
            on = item.type_condition.name.value if item.type_condition else None
            found.append(InlineFragment(on, _asked(item.selection_set), conditions))
            continue
        arguments = tuple(Argument(argument.name.value, argument.value) for argument in item.arguments or ())
        alias = item.alias.value if item.alias else None
        found.append(Field(item.name.value, alias, arguments, _asked(item.selection_set), conditions))
    return tuple(found)


def _bound(sdl: str) -> tuple[Connect, Graph]:
    subgraph = Subgraph("shop", LINKS + sdl)
    (connect,) = read_connect(subgraph).connects
    return connect, _graph(sdl, connect)


@pytest.fixture(scope="session")
def graph() -> Callable[..., Graph]:
    """A graph that has the types of an SDL text."""
    return _graph


@pytest.fixture(scope="session")
def selections() -> Callable[[str], tuple[Selection, ...]]:
    """`{ id name }` as a planner hands it to a connector."""
    return _selections


@pytest.fixture(scope="session")
def bound() -> Callable[[str], tuple[Connect, Graph]]:
    """The one binding in an SDL text (on a source `shop`), and the types of the text as its graph."""
    return _bound
