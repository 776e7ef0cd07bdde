"""An external field is there for a key, `@requires`, `@provides` or an interface."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles, fields_of, used_fields
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind


def external_fields_are_used(subgraph: SubgraphSchema, roles: FieldRoles) -> Iterator[CompositionError]:
    """EXTERNAL_UNUSED; EXTERNAL_ON_INTERFACE where an interface's field is marked."""
    used = used_fields(subgraph.schema)
    for type_, field in fields_of(subgraph.schema):
        place = f'"{type_.name}.{field.name}"'
        if type_.kind is TypeKind.INTERFACE and field.has("external"):
            message = f"Field {place} belongs to an interface and cannot be @external: mark the implementations' fields"
            yield CompositionError("EXTERNAL_ON_INTERFACE", message)
        if roles.is_external(type_.name, field.name) and (type_.name, field.name) not in used:
            message = (
                f"Field {place} is @external, but no @key, @requires, @provides or interface here needs it: remove the "
                "field, or its @external"
            )
            yield CompositionError("EXTERNAL_UNUSED", message)
