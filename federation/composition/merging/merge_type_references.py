"""Merge the types of fields and arguments: the widest that a field gives, the narrowest that an argument takes."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import Field, InputValue
from federation.composition.type_references import is_subtype


def merge_output_type(draft: Draft, sources: Sources[Field], merged: Field, place: str) -> bool:
    """Set the type of a field; whether all subgraphs say the same. FIELD_TYPE_MISMATCH where no type includes all."""
    types = list(dict.fromkeys(field.type for _, field in sources))
    kind_of = draft.schema.is_kind_of
    widest = next((wide for wide in types if all(is_subtype(less, wide, kind_of) for less in types)), None)
    if widest is None:
        versions = draft.by_version(sources, lambda field: f'"{field.type}"')
        draft.error(
            "FIELD_TYPE_MISMATCH",
            f'The types of field "{place}" are incompatible: {versions}. Give it one type, or types of which one '
            "includes the others",
        )
    elif len(types) > 1:
        draft.hint(
            "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
            f'Field "{place}" is {draft.by_version(sources, lambda field: field.type)}; the supergraph has {widest}',
        )
    merged.type = widest or types[0]
    return len(types) == 1


def merge_input_type(
    draft: Draft, sources: Sources[InputValue], merged: InputValue, place: str, kind: str, code: str
) -> bool:
    """Set the type of an argument or input field; whether all subgraphs say the same.

    `kind` is what messages call it, `code` the error where no type is included in all.
    """
    types = list(dict.fromkeys(value.type for _, value in sources))
    kind_of = draft.schema.is_kind_of
    narrowest = next((less for less in types if all(is_subtype(less, wide, kind_of) for wide in types)), None)
    if narrowest is None:
        versions = draft.by_version(sources, lambda value: f'"{value.type}"')
        draft.error(
            code, f'The types of {kind} "{place}" are incompatible: {versions}. Give it the same type everywhere'
        )
    elif len(types) > 1:
        versions = draft.by_version(sources, lambda value: value.type)
        draft.hint(
            "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE",
            f'{kind.capitalize()} "{place}" is {versions}; the supergraph has {narrowest}',
        )
    merged.type = narrowest or types[0]
    return len(types) == 1
