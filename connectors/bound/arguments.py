"""Compile a field's arguments: constants once, variables per request, all as values of their declared types."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from graphql import (
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)

from connectors.mapping.missing import MISSING
from connectors.mapping.syntax import Json
from schemas.connect import Connect
from schemas.selection import Field
from schemas.supergraph import Graph, GraphField

ReadArguments: TypeAlias = Callable[[Mapping[str, Json]], dict[str, Json]]
"""The client's variables to a field's arguments by name; arguments that were not given are absent."""

ReadValue: TypeAlias = Callable[[Mapping[str, Json]], Json]

SCALARS: Mapping[str, Callable[[Json], Json]] = {
    "ID": lambda value: str(value) if value.__class__ is int else value,
    "Float": lambda value: float(value) if value.__class__ is int else value,
}


def argument_reader(field: Field, connect: Connect, graph: Graph) -> ReadArguments:
    """The arguments of one field of a fetch, with the defaults of those that are left out."""
    readers = {
        argument.name: _reader(argument.value, connect.arguments.get(argument.name, ""), graph)
        for argument in field.arguments
    }
    defaults = dict(connect.defaults)
    if all(not callable(read) for read in readers.values()):
        constants = {**defaults, **readers}
        return lambda _variables: constants
    return lambda variables: {**defaults, **_given(readers, variables)}


def _given(readers: Mapping[str, ReadValue | Json], variables: Mapping[str, Json]) -> dict[str, Json]:
    values = ((name, read(variables) if callable(read) else read) for name, read in readers.items())
    return {name: value for name, value in values if value is not MISSING}


def _reader(node: ValueNode, type_text: str, graph: Graph) -> ReadValue | Json:
    """The value itself, or a callable where it depends on variables."""
    type_text = type_text.strip().removesuffix("!")
    match node:
        case VariableNode():
            name = node.name.value
            return lambda variables: variables.get(name, MISSING)
        case NullValueNode():
            return None
        case ListValueNode():
            inner = type_text[1:-1] if type_text.startswith("[") else type_text
            return _list([_reader(item, inner, graph) for item in node.values])
        case _ if type_text.startswith("["):
            return _list([_reader(node, type_text[1:-1], graph)])
        case ObjectValueNode():
            return _object(node, type_text, graph)
        case _:
            value = value_from_ast_untyped(node)
            return SCALARS[type_text](value) if type_text in SCALARS else value


def _list(items: list[ReadValue | Json]) -> ReadValue | Json:
    if not any(map(callable, items)):
        return items

    def read(variables: Mapping[str, Json]) -> Json:
        values = [item(variables) if callable(item) else item for item in items]
        # Spec 6.4.1: an absent variable in a list is null.
        return [None if value is MISSING else value for value in values]

    return read


def _object(node: ObjectValueNode, type_name: str, graph: Graph) -> ReadValue | Json:
    declared: Mapping[str, GraphField] = graph.types[type_name].fields if type_name in graph.types else {}
    readers = {
        item.name.value: _reader(
            item.value, declared[item.name.value].type if item.name.value in declared else "", graph
        )
        for item in node.fields
    }
    defaults = {
        name: _reader(member.default, member.type, graph)
        for name, member in declared.items()
        if member.default is not None
    }
    if not any(map(callable, readers.values())):
        return {**defaults, **readers}
    return lambda variables: {**defaults, **_given(readers, variables)}
