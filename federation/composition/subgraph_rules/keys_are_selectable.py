"""A key names fields without arguments, of types whose values can be told apart."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles
from federation.composition.subgraph_rules.field_set_problems import (
    FieldSet,
    directive_problems,
    selected_fields,
    well_formed,
)
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named
from schemas.supergraph import TypeKind

SELECTABLE = frozenset({TypeKind.OBJECT, TypeKind.SCALAR, TypeKind.ENUM})


def keys_are_selectable(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """KEY_UNSUPPORTED_ON_INTERFACE, KEY_INVALID_FIELDS, KEY_FIELDS_HAS_ARGS and their like."""
    for type_ in subgraph.schema.types.values():
        for applied in type_.uses("key"):
            field_set = FieldSet(applied, f'On type "{type_.name}"', type_.name)
            if type_.kind is TypeKind.INTERFACE and (subgraph.vocabulary.version or (2, 0)) < (2, 3):
                message = (
                    f'interfaces have keys since federation v2.3: link that version, or remove @key from "{type_.name}"'
                )
                yield field_set.error("UNSUPPORTED_ON_INTERFACE", message)
                continue
            yield from _problems(subgraph, field_set)


def _problems(subgraph: SubgraphSchema, field_set: FieldSet) -> Iterator[CompositionError]:
    errors: list[CompositionError] = []
    selection = well_formed(subgraph, field_set, errors)
    yield from errors
    if selection is None:
        return
    yield from directive_problems(subgraph, field_set, selection)
    for parent, field in selected_fields(subgraph, field_set.type_name, selection):
        place = f'"{parent.name}.{field.name}"'
        target = subgraph.type(named(field.type))
        if field.arguments:
            yield field_set.error("FIELDS_HAS_ARGS", f"{place} takes arguments, so that it cannot be part of a key")
        if target is not None and target.kind not in SELECTABLE:
            message = f'{place} is of type "{field.type}": interfaces and unions cannot be part of a key'
            yield field_set.error("FIELDS_SELECT_INVALID_TYPE", message)
