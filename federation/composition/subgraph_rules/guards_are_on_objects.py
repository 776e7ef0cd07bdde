"""`@authenticated`, `@requiresScopes` and `@policy` stand on objects; those of interfaces are worked out from them."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles
from federation.composition.schema_model import Element
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind

GUARDS = ("authenticated", "requiresScopes", "policy")


def guards_are_on_objects(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE."""
    for type_ in subgraph.schema.types.values():
        if type_.kind is TypeKind.INTERFACE:
            yield from _problems(type_, f'interface "{type_.name}"')
            for field in type_.fields.values():
                yield from _problems(field, f'interface field "{type_.name}.{field.name}"')
        elif subgraph.is_interface_object(type_.name):
            yield from _problems(type_, f'interface object "{type_.name}"')


def _problems(element: Element, words: str) -> Iterator[CompositionError]:
    for guard in GUARDS:
        if element.has(guard):
            message = f"The {words} cannot have @{guard}: put it on the objects that implement the interface"
            yield CompositionError("AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE", message)
