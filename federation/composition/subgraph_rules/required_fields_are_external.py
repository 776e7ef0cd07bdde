"""What a field requires of other subgraphs is marked external."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles, fields_of
from federation.composition.subgraph_rules.field_set_problems import (
    FieldSet,
    directive_problems,
    fields_that_are_not_external,
    well_formed,
)
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind


def required_fields_are_external(subgraph: SubgraphSchema, roles: FieldRoles) -> Iterator[CompositionError]:
    """REQUIRES_FIELDS_MISSING_EXTERNAL, REQUIRES_INVALID_FIELDS and their like."""
    for type_, field in fields_of(subgraph.schema):
        for applied in field.uses("requires"):
            field_set = FieldSet(applied, f'On field "{type_.name}.{field.name}"', type_.name)
            if type_.kind is TypeKind.INTERFACE:
                message = "fields of interfaces require nothing: put @requires on the fields of the implementations"
                yield field_set.error("UNSUPPORTED_ON_INTERFACE", message)
            errors: list[CompositionError] = []
            selection = well_formed(subgraph, field_set, errors)
            yield from errors
            if selection is None:
                continue
            yield from directive_problems(subgraph, field_set, selection)
            for parent, found in fields_that_are_not_external(subgraph, roles, type_.name, selection):
                message = (
                    f'"{parent.name}.{found.name}" is resolved by this subgraph itself: remove it from @requires, or '
                    "mark it @external"
                )
                yield field_set.error("FIELDS_MISSING_EXTERNAL", message)
