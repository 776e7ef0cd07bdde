"""Take out `@external` where federation 1 asked for it, or ignored it, without need."""

from collections.abc import Sequence

from federation.composition.field_roles import used_fields
from federation.composition.field_sets import named_fields
from federation.composition.schema_model import SchemaModel, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named


def drop_external_from_extension_keys(subgraph: SubgraphSchema, type_: TypeModel, keys: Sequence[str]) -> None:
    """Make the fields of these keys plain fields."""
    for key in keys:
        for _, field in named_fields(subgraph.schema, type_.name, key):
            field.directives = [applied for applied in field.directives if applied.word != "external"]


def drop_unused_externals(subgraph: SubgraphSchema, _: Sequence[SubgraphSchema]) -> None:
    """Remove external fields that nothing mentions, and types without other fields that nothing refers to.

    What is left empty is reported by the rule that types have fields.
    """
    used = used_fields(subgraph.schema)
    referred = _referred_types(subgraph.schema)
    for type_ in list(subgraph.schema.types.values()):
        unused = [
            name for name, field in type_.fields.items() if field.has("external") and (type_.name, name) not in used
        ]
        for name in unused:
            del type_.fields[name]
        if unused and not type_.fields and type_.name not in referred:
            del subgraph.schema.types[type_.name]


def _referred_types(schema: SchemaModel) -> set[str]:
    referred = set(schema.roots.values())
    for type_ in schema.types.values():
        referred.update(type_.members, type_.interfaces)
        referred.update(named(field.type) for field in type_.fields.values())
    return referred
