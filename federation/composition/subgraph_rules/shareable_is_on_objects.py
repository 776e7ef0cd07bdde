"""`@shareable` stands on objects and their fields, once in each declaration."""

from collections import Counter
from collections.abc import Iterator

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles, fields_of
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind

CODE = "INVALID_SHAREABLE_USAGE"


def shareable_is_on_objects(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """INVALID_SHAREABLE_USAGE where it means nothing or is said twice."""
    for type_, field in fields_of(subgraph.schema):
        uses = list(field.uses("shareable"))
        place = f"{type_.name}.{field.name}"
        if uses and type_.kind is not TypeKind.OBJECT:
            yield CompositionError(CODE, f'@shareable on "{place}" means nothing: only fields of objects are shared')
        elif len(uses) > 1:
            yield CompositionError(CODE, f'@shareable stands on "{place}" {len(uses)} times: once is enough')
    for type_ in subgraph.schema.types.values():
        counts = Counter(applied.declaration for applied in type_.uses("shareable"))
        if any(count > 1 for count in counts.values()):
            yield CompositionError(CODE, f'@shareable stands on one declaration of "{type_.name}" more than once')
