"""What a field provides is marked external, for the subgraph resolves it along this way only."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles, fields_of
from federation.composition.subgraph_rules.field_set_problems import (
    FieldSet,
    directive_problems,
    fields_that_are_not_external,
    selected_fields,
    well_formed,
)
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named
from schemas.supergraph import TypeKind


def provided_fields_are_external(subgraph: SubgraphSchema, roles: FieldRoles) -> Iterator[CompositionError]:
    """PROVIDES_FIELDS_MISSING_EXTERNAL, PROVIDES_ON_NON_OBJECT_FIELD and their like."""
    for type_, field in fields_of(subgraph.schema):
        for applied in field.uses("provides"):
            target = subgraph.type(named(field.type))
            field_set = FieldSet(applied, f'On field "{type_.name}.{field.name}"', named(field.type))
            if roles.is_external(type_.name, field.name):
                message = (
                    f'Field "{type_.name}.{field.name}" is @external, so that this subgraph does not resolve it and '
                    "cannot provide anything with it. Remove @provides, or @external"
                )
                yield CompositionError("EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE", message)
                continue
            if target is None or not target.is_composite:
                message = f'the field is of type "{field.type}", which has no fields to provide. Remove @provides'
                yield field_set.error("ON_NON_OBJECT_FIELD", message)
                continue
            if type_.kind is TypeKind.INTERFACE:
                message = "fields of interfaces provide nothing: put @provides on the fields of the implementations"
                yield field_set.error("UNSUPPORTED_ON_INTERFACE", message)
            yield from _problems(subgraph, roles, field_set)


def _problems(subgraph: SubgraphSchema, roles: FieldRoles, field_set: FieldSet) -> Iterator[CompositionError]:
    errors: list[CompositionError] = []
    selection = well_formed(subgraph, field_set, errors)
    yield from errors
    if selection is None:
        return
    yield from directive_problems(subgraph, field_set, selection)
    for parent, found in selected_fields(subgraph, field_set.type_name, selection):
        if found.arguments:
            message = f'"{parent.name}.{found.name}" takes arguments, so that it cannot be provided'
            yield field_set.error("FIELDS_HAS_ARGS", message)
    for parent, found in fields_that_are_not_external(subgraph, roles, field_set.type_name, selection):
        place = f'"{parent.name}.{found.name}"'
        if roles.is_falsely_external(parent.name, found.name):
            reason = "is the key of an extension, which this subgraph has anyway although it is marked @external"
        else:
            reason = "is resolved by this subgraph everywhere, for it is not marked @external"
        yield field_set.error("FIELDS_MISSING_EXTERNAL", f"{place} {reason}. Remove it from @provides")
