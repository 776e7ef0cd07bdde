"""A field marked `@external` is defined as where it is resolved: its type and arguments fit."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import Field
from federation.composition.type_references import is_subtype
from federation.composition.values import same_value


def check_external_fields(
    draft: Draft, parent: str, merged: Field, sources: Sources[Field], *, all_types_equal: bool
) -> None:
    """Record how external definitions differ from the merged field."""
    place = f"{parent}.{merged.name}"
    external = [(index, field) for index, field in sources if draft.roles[index].is_external(parent, merged.name)]
    wrong_type = [
        (index, field)
        for index, field in external
        if field.type != merged.type
        and (all_types_equal or not is_subtype(field.type, merged.type, draft.schema.is_kind_of))
    ]
    if wrong_type:
        draft.error(
            "EXTERNAL_TYPE_MISMATCH",
            f'Field "{place}" is "{merged.type}" where it is resolved, but marked @external it is '
            f"{draft.by_version(wrong_type, lambda field: field.type)}. Use the same type",
        )
    for name, argument in merged.arguments.items():
        _check_argument(draft, f"{place}({name}:)", external, name, argument.type)
        differing = [
            index
            for index, field in external
            if name in field.arguments and not same_value(field.arguments[name].default, argument.default)
        ]
        if differing:
            draft.error(
                "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
                f'Argument "{place}({name}:)" has another default value in {draft.names(differing)}, where the '
                "field is @external. Use the same one",
            )


def check_directives_on_external_fields(draft: Draft, parent: str, sources: Sources[Field]) -> None:
    """MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL: what the supergraph says of a field is said where it is resolved."""
    for index, field in sources:
        if not draft.roles[index].is_external(parent, field.name):
            continue
        for applied in field.directives:
            if draft.composed.find(index, applied) is not None:
                draft.error(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    f'[{draft.subgraphs[index].name}] "{parent}.{field.name}" is external and cannot have '
                    f"@{applied.name}: put it where the field is resolved",
                )


def _check_argument(draft: Draft, place: str, external: Sources[Field], name: str, type_: str) -> None:
    missing = [index for index, field in external if name not in field.arguments]
    if missing:
        draft.error(
            "EXTERNAL_ARGUMENT_MISSING",
            f'Argument "{place}" is missing in {draft.names(missing)}, where the field is @external. Add it there',
        )
    wrong = [
        index
        for index, field in external
        if name in field.arguments
        and field.arguments[name].type != type_
        and not is_subtype(type_, field.arguments[name].type, draft.schema.is_kind_of)
    ]
    if wrong:
        draft.error(
            "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
            f'Argument "{place}" has another type than "{type_}" in {draft.names(wrong)}, where the field is '
            "@external. Use the same type",
        )
