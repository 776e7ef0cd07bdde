"""Merge the fields of objects and interfaces: all that any subgraph has."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.merge_fields import merge_field
from federation.composition.schema_model import Applied, Field, TypeModel
from schemas.supergraph import TypeKind


def merge_composite(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    """Give the merged object or interface the union of its sources' fields."""
    names = dict.fromkeys(name for _, type_ in sources for name in type_.fields)
    is_entity = any(type_.has("key") for _, type_ in sources)
    is_root = any(draft.subgraphs[index].is_root(merged.name) for index, _ in sources)
    _hint_on_entity(draft, sources, merged)
    for name in names:
        fields: Sources[Field] = [(index, type_.fields[name]) for index, type_ in sources if name in type_.fields]
        if not is_entity and not is_root:
            _hint_on_value_type(draft, sources, merged, name)
        merge_field(draft, merged, name, fields)


def _hint_on_entity(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    without = [index for index, type_ in sources if not type_.has("key")]
    if without and len(without) < len(sources) and merged.kind is TypeKind.OBJECT:
        draft.hint(
            "INCONSISTENT_ENTITY", f'Type "{merged.name}" has a @key elsewhere, but none in {draft.names(without)}'
        )


def _hint_on_value_type(draft: Draft, sources: Sources[TypeModel], merged: TypeModel, name: str) -> None:
    without = [index for index, type_ in sources if name not in type_.fields]
    if without:
        kind = "INTERFACE" if merged.kind is TypeKind.INTERFACE else "OBJECT"
        draft.hint(
            f"INCONSISTENT_{kind}_VALUE_TYPE_FIELD",
            f'Field "{merged.name}.{name}" is not in {draft.names(without)}, which has "{merged.name}" too',
        )


def add_interface_object_fields(draft: Draft) -> None:
    """Give the implementations of an interface the fields that interface objects add to it."""
    for interface in draft.schema.types.values():
        if interface.kind is not TypeKind.INTERFACE:
            continue
        for name, field in interface.fields.items():
            if not _is_given_by_interface_object(draft, interface.name, name):
                continue
            for type_ in draft.schema.implementations(interface.name):
                if name not in type_.fields:
                    type_.fields[name] = _copied(field)


def _is_given_by_interface_object(draft: Draft, interface: str, name: str) -> bool:
    return any(
        subgraph.is_interface_object(interface) and subgraph.field(interface, name) is not None
        for subgraph in draft.subgraphs
    )


def _copied(field: Field) -> Field:
    """The interface's field as an implementation has it: no subgraph gives it there by itself."""
    copy = Field(
        name=field.name,
        description=field.description,
        directives=[item for item in field.directives if not item.name.startswith("join__")],
        type=field.type,
        arguments=dict(field.arguments),
    )
    copy.directives.insert(0, Applied("join__field"))
    return copy
