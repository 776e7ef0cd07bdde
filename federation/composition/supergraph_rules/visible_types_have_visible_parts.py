"""A type that clients can see has something in it for them to see."""

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import SchemaModel, TypeModel
from federation.composition.supergraph_rules.visible_parts import visible_types
from schemas.supergraph import TypeKind

PARTS = {
    TypeKind.OBJECT: "fields",
    TypeKind.INTERFACE: "fields",
    TypeKind.INPUT: "fields",
    TypeKind.ENUM: "values",
    TypeKind.UNION: "members",
}


def visible_types_have_visible_parts(draft: Draft) -> None:
    """ONLY_INACCESSIBLE_CHILDREN."""
    for type_ in visible_types(draft.schema):
        parts = _parts_hidden(draft.schema, type_)
        if parts and all(parts):
            draft.error(
                "ONLY_INACCESSIBLE_CHILDREN",
                f'Type "{type_.name}" can be seen, but all of its {PARTS[type_.kind]} are @inaccessible. Hide the type '
                "too, or show one of them",
            )


def _parts_hidden(schema: SchemaModel, type_: TypeModel) -> list[bool]:
    """For each part of a type whether it is hidden."""
    parts = (*type_.fields.values(), *type_.inputs.values(), *type_.values.values())
    members = (schema.types[name] for name in type_.members if name in schema.types)
    return [part.has("inaccessible") for part in (*parts, *members)]
