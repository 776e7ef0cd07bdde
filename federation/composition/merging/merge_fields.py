"""Merge one field of an object or interface from all the subgraphs that have it."""

from federation.composition.contexts import context_use
from federation.composition.field_sets import field_set_text
from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.external_fields_agree import (
    check_directives_on_external_fields,
    check_external_fields,
)
from federation.composition.merging.fields_are_shareable import check_sharing
from federation.composition.merging.merge_arguments import merge_arguments
from federation.composition.merging.merge_descriptions import merge_descriptions
from federation.composition.merging.merge_directives import merge_directives
from federation.composition.merging.merge_type_references import merge_output_type
from federation.composition.merging.overrides import Overrides, find_overrides
from federation.composition.schema_model import Applied, Field, TypeModel
from federation.composition.values import Value


def merge_field(draft: Draft, parent: TypeModel, name: str, sources: Sources[Field]) -> None:
    """Add the field to the merged type `parent`, with what each subgraph has of it."""
    place = f"{parent.name}.{name}"
    resolved = [(index, field) for index, field in sources if not draft.roles[index].is_external(parent.name, name)]
    if not resolved and not draft.through_interface_objects(parent, name):
        draft.error(
            "EXTERNAL_MISSING_ON_BASE",
            f'Field "{place}" is marked @external in every subgraph that has it, {draft.names(i for i, _ in sources)}: '
            "define it without @external where it is resolved",
        )
        return
    merged = Field(name, type=sources[0][1].type)
    parent.fields[name] = merged
    overrides = find_overrides(draft, parent.name, sources)
    kept = resolved or sources
    merge_descriptions(draft, [*kept], merged, place)
    merge_arguments(draft, kept, merged, lambda argument: f"{place}({argument}:)")
    all_types_equal = merge_output_type(draft, kept, merged, place)
    if len(resolved) < len(sources):
        check_directives_on_external_fields(draft, parent.name, sources)
        check_external_fields(draft, parent.name, merged, sources, all_types_equal=all_types_equal)
    _join(draft, parent.name, merged, sources, overrides)
    merge_directives(draft, [*kept], merged, place)
    check_sharing(draft, parent, merged, sources, overrides)


def _join(draft: Draft, parent: str, merged: Field, sources: Sources[Field], overrides: Overrides) -> None:
    """Say what each subgraph has of the field, unless the field is the same in all that have the type."""
    types_differ = any(field.type != merged.type for _, field in sources)
    if not types_differ and not _needs_join(draft, parent, merged.name, sources, overrides):
        return
    for index, field in sources:
        if index in overrides.unused:
            continue
        draft.join(
            merged,
            "join__field",
            index,
            requires=_field_set(field, "requires"),
            provides=_field_set(field, "provides"),
            override=overrides.origins.get(index),
            type=field.type if types_differ else None,
            external=draft.roles[index].is_external(parent, field.name) or None,
            usedOverridden=index in overrides.used or None,
            overrideLabel=overrides.labels.get(index),
            contextArguments=_context_arguments(draft.subgraphs[index].name, field),
        )


def _needs_join(draft: Draft, parent: str, name: str, sources: Sources[Field], overrides: Overrides) -> bool:
    having = {index for index, _ in sources}
    return (
        bool(overrides.gone or overrides.labels)
        or any(
            field.has("requires") or field.has("provides") or _context_arguments("", field) is not None
            for _, field in sources
        )
        or any(draft.roles[index].is_external(parent, name) for index in having)
        or not draft.owners[parent] <= having
    )


def _field_set(field: Field, word: str) -> str | None:
    applied: Applied | None = next(field.uses(word), None)
    return field_set_text(applied) if applied is not None else None


def _context_arguments(subgraph: str, field: Field) -> Value:
    """The arguments that a context gives: from which one, and what is selected there."""
    found: list[Value] = []
    for argument in field.arguments.values():
        use = context_use(argument)
        if use is not None:
            context = f"{subgraph}__{use.context}"
            found.append({"context": context, "name": argument.name, "type": argument.type, "selection": use.selection})
    return tuple(found) or None
