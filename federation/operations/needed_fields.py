"""Add to an operation what decisions about single objects need to know of them; its answer does not show that."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from federation.operations.mask import Mark, ResponsePath
from federation.operations.operation import Operation, OperationField, OperationSelection
from schemas.selection import Condition

# Fields of the object around a field, each as the way that leads to one value: `("owner", "id")`.
Ways: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What has to be known of the object around a field, to decide whether the object gives it.

    Fields of one object whose needs have an equal `rule` are decided alike. What has none is decided once it is there.
    """

    ways: Ways
    rule: Hashable = None


NOTHING = Need(())


def with_needed(operation: Operation, needs: Mapping[Mark, Need], schema: GraphQLSchema) -> Operation:
    """The operation with, beside each field of `needs`, what its object has at the ways, hidden from the answer."""
    return replace(operation, selections=_completed(operation.selections, (), needs, schema))


def can_need(schema: GraphQLSchema, type_name: str, ways: Ways) -> bool:
    """Whether objects of the type have one value at each of the ways."""
    return all(_definitions(schema, type_name, way) is not None for way in ways)


def _completed(
    selections: Iterable[OperationSelection], path: ResponsePath, needs: Mapping[Mark, Need], schema: GraphQLSchema
) -> tuple[OperationSelection, ...]:
    made: list[OperationSelection] = []
    hidden: list[OperationSelection] = []
    for item in selections:
        if not isinstance(item, OperationField):
            made.append(replace(item, selections=_completed(item.selections, path, needs, schema)))
            continue
        here = (*path, item.key)
        need = needs.get((here, f"{item.parent_type}.{item.name}"), NOTHING)
        hidden += [_hidden(schema, item.parent_type, way, item.conditions) for way in need.ways]
        inner = _completed(item.selections, here, needs, schema)
        made.append(replace(item, selections=inner, rule=need.rule))
    # Clients' fields are named first, so that they keep their keys.
    return (*made, *hidden)


def _hidden(
    schema: GraphQLSchema, type_name: str, way: tuple[str, ...], conditions: tuple[Condition, ...]
) -> OperationField:
    definitions = _definitions(schema, type_name, way)
    assert definitions is not None, "can_need was asked"
    inner: tuple[OperationField, ...] = ()
    for name, (owner, definition) in reversed([*zip(way, definitions, strict=True)]):
        inner = (OperationField(name, name, owner, definition.type, (), inner, hidden=True),)
    return replace(inner[0], conditions=conditions)


def _definitions(schema: GraphQLSchema, type_name: str, way: tuple[str, ...]) -> list[tuple[str, GraphQLField]] | None:
    found: list[tuple[str, GraphQLField]] = []
    owner = schema.type_map.get(type_name)
    for name in way:
        if not isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) or name not in owner.fields:
            return None
        found.append((owner.name, owner.fields[name]))
        owner = get_named_type(owner.fields[name].type)
    return found
