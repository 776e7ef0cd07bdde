"""Where an interface has a key, every type that implements it here has that key."""

from collections.abc import Iterator

from graphql import GraphQLSyntaxError, print_ast

from federation.composition.errors import CompositionError, listed
from federation.composition.field_roles import FieldRoles
from federation.composition.field_sets import field_set_text, parse_field_set
from federation.composition.schema_model import Applied
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind


def interface_keys_are_on_implementations(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """INTERFACE_KEY_NOT_ON_IMPLEMENTATION."""
    for interface in subgraph.schema.types.values():
        if interface.kind is not TypeKind.INTERFACE:
            continue
        for key in interface.uses("key"):
            missing = [
                type_.name
                for type_ in subgraph.schema.implementations(interface.name)
                if type_.kind is TypeKind.OBJECT and not any(_same(key, other) for other in type_.uses("key"))
            ]
            if missing:
                message = (
                    f'The key "{field_set_text(key)}" of interface "{interface.name}" is missing on {listed(missing)}: '
                    f'add @key(fields: "{field_set_text(key)}") there'
                )
                yield CompositionError("INTERFACE_KEY_NOT_ON_IMPLEMENTATION", message)


def _same(one: Applied, other: Applied) -> bool:
    return _normal(one) == _normal(other) and one.arguments.get("resolvable", True) == other.arguments.get(
        "resolvable", True
    )


def _normal(key: Applied) -> tuple[str, ...]:
    """The key's fields in one order and one way of writing."""
    text = field_set_text(key)
    if text is None:
        return ()
    try:
        return tuple(sorted(print_ast(node) for node in parse_field_set(text).selections))
    except GraphQLSyntaxError:
        return (text,)
