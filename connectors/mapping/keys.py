"""Read keys as text, so that the 5 of a service and the "5" of a client are one key."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from graphql import FieldNode, GraphQLSyntaxError, OperationDefinitionNode, SelectionSetNode, parse

from connectors.errors import BindingInvalid
from connectors.mapping.methods.converting import scalar_text
from connectors.mapping.syntax import Json
from schemas.selection import Field

Key: TypeAlias = str | tuple[str, ...]
ReadKeys: TypeAlias = Callable[[Sequence[Mapping[str, Json]]], list[Key | None]]
"""Objects to their keys; None where a part of the key is null, missing or no scalar."""


def read_field_set(text: str) -> tuple[Field, ...]:
    """`id organization { id }` as fields; raises BindingInvalid when it is no field set."""
    try:
        definition = parse(f"{{ {text} }}", no_location=True).definitions[0]
    except GraphQLSyntaxError as error:
        raise BindingInvalid(f"the key '{text}' is no field set, as in 'id organization {{ id }}'") from error
    assert isinstance(definition, OperationDefinitionNode)
    return _fields(definition.selection_set)


def key_reader(fields: tuple[Field, ...]) -> ReadKeys:
    """Read the key that consists of these fields off objects that have them under their own names."""
    paths = tuple(_paths(fields))
    if len(paths) == 1 and len(paths[0]) == 1:
        name = paths[0][0]
        return lambda items: key_texts([item.get(name) for item in items])
    return lambda items: [_compound(item, paths) for item in items]


def key_texts(values: Sequence[Json]) -> list[Key | None]:
    """Parts of keys as text; None for what is no scalar."""
    return [value if value.__class__ is str else scalar_text(value) for value in values]


def _compound(item: Json, paths: tuple[tuple[str, ...], ...]) -> Key | None:
    parts: list[str] = []
    for path in paths:
        value = item
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        text = scalar_text(value)
        if text is None:
            return None
        parts.append(text)
    return tuple(parts)


def _fields(selections: SelectionSetNode) -> tuple[Field, ...]:
    return tuple(
        Field(node.name.value, selections=_fields(node.selection_set) if node.selection_set else ())
        for node in selections.selections
        if isinstance(node, FieldNode)
    )


def _paths(fields: tuple[Field, ...]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for field in fields:
        inner = _paths(tuple(item for item in field.selections if isinstance(item, Field)))
        found.extend([(field.name, *path) for path in inner] or [(field.name,)])
    return found
