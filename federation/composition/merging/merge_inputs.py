"""Merge input objects: the fields that every subgraph with the type takes."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.merge_defaults import merge_defaults
from federation.composition.merging.merge_descriptions import merge_descriptions
from federation.composition.merging.merge_directives import merge_directives
from federation.composition.merging.merge_type_references import merge_input_type
from federation.composition.schema_model import InputValue, TypeModel


def merge_input_object(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    """Give the merged input type the intersection of its sources' fields."""
    names = dict.fromkeys(name for _, type_ in sources for name in type_.inputs)
    for name in names:
        having = [(index, type_.inputs[name]) for index, type_ in sources if name in type_.inputs]
        missing = [index for index, type_ in sources if name not in type_.inputs]
        is_hidden = any(value.has("inaccessible") for _, value in having)
        if missing and not is_hidden:
            _report_missing(draft, merged.name, name, having, missing)
            continue
        merged.inputs[name] = _merged(draft, merged.name, name, having, missing)
    if not merged.inputs:
        draft.error(
            "EMPTY_MERGED_INPUT_TYPE",
            f'Input type "{merged.name}" has no field that all of {draft.names(index for index, _ in sources)} define, '
            "and only such fields are in the supergraph. Give it one, or use different types",
        )


def _merged(draft: Draft, type_name: str, name: str, having: Sources[InputValue], missing: list[int]) -> InputValue:
    place = f"{type_name}.{name}"
    value = InputValue(name)
    all_types_equal = merge_input_type(draft, having, value, place, "input field", "FIELD_TYPE_MISMATCH")
    if missing or not all_types_equal:
        for index, source in having:
            draft.join(value, "join__field", index, type=None if all_types_equal else source.type)
    merge_descriptions(draft, [*having], value, place)
    merge_directives(draft, [*having], value, place)
    merge_defaults(draft, having, value, place, "input field", "INPUT_FIELD_DEFAULT_MISMATCH")
    return value


def _report_missing(draft: Draft, type_name: str, name: str, having: Sources[InputValue], missing: list[int]) -> None:
    required = [index for index, value in having if value.is_required]
    if required:
        draft.error(
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            f'Input field "{type_name}.{name}" is required in {draft.names(required)}, but {draft.names(missing)} does '
            "not have it. Make it optional, or add it there",
        )
    else:
        draft.hint(
            "INCONSISTENT_INPUT_OBJECT_FIELD",
            f'Input field "{type_name}.{name}" is not in the supergraph: {draft.names(missing)} does not have it',
        )
