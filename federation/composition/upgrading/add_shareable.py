"""Mark what several subgraphs resolve as shareable, which federation 1 let every subgraph do."""

from collections.abc import Sequence

from federation.composition.field_roles import FieldRoles
from federation.composition.schema_model import Applied, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from schemas.supergraph import TypeKind

SHAREABLE = Applied("shareable", "shareable")


def add_shareable(subgraph: SubgraphSchema, subgraphs: Sequence[SubgraphSchema]) -> None:
    """Mark value types that another subgraph has, and fields of entities and roots that another one resolves."""
    roles = FieldRoles(subgraph)
    others = [other for other in subgraphs if other is not subgraph]
    for type_ in subgraph.schema.types.values():
        if type_.kind is not TypeKind.OBJECT or type_.name == "Subscription":
            continue
        if type_.has("key") or subgraph.is_root(type_.name):
            _mark_fields(type_, roles, others)
        elif any(_is_object(other, type_.name) for other in others) and not type_.has("shareable"):
            type_.directives.append(SHAREABLE)


def _is_object(subgraph: SubgraphSchema, name: str) -> bool:
    found = subgraph.type(name)
    return found is not None and found.kind is TypeKind.OBJECT


def _mark_fields(type_: TypeModel, roles: FieldRoles, others: Sequence[SubgraphSchema]) -> None:
    for field in type_.fields.values():
        if (type_.name, field.name) in roles.key_fields:
            continue
        if any(_resolves(other, type_.name, field.name) for other in others):
            field.directives.append(SHAREABLE)


def _resolves(subgraph: SubgraphSchema, type_name: str, name: str) -> bool:
    field = subgraph.field(type_name, name)
    if field is None:
        return False
    return not field.has("external") or (type_name, name) in FieldRoles(subgraph).provided
