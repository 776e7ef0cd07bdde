"""A type still has a field once the external fields that nothing needs are left out."""

from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind


def types_have_fields(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """TYPE_WITH_ONLY_UNUSED_EXTERNAL, which happens to federation 1 subgraphs only."""
    for type_ in subgraph.schema.types.values():
        if type_.kind in {TypeKind.OBJECT, TypeKind.INTERFACE} and not type_.fields and type_.name != "Query":
            message = (
                f'Type "{type_.name}" has only @external fields that no @key, @requires or @provides needs: remove the '
                "type and what refers to it, or its @external"
            )
            yield CompositionError("TYPE_WITH_ONLY_UNUSED_EXTERNAL", message)
