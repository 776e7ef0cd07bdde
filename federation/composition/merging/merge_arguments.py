"""Merge arguments: those that every subgraph with the field takes."""

from collections.abc import Callable

from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.merge_defaults import merge_defaults
from federation.composition.merging.merge_descriptions import merge_descriptions
from federation.composition.merging.merge_directives import merge_directives
from federation.composition.merging.merge_type_references import merge_input_type
from federation.composition.schema_model import DirectiveModel, Field, InputValue


def merge_arguments(
    draft: Draft, sources: Sources[Field], merged: Field | DirectiveModel, coordinate: Callable[[str], str]
) -> None:
    """Give `merged` the arguments that all sources take; `coordinate` names one in messages (`"Query.user(id:)"`)."""
    names = dict.fromkeys(name for _, field in sources for name in field.arguments)
    for name in names:
        taken = [(index, field.arguments[name]) for index, field in sources if name in field.arguments]
        place = coordinate(name)
        if _is_left_out(draft, sources, taken, place, name):
            continue
        argument = InputValue(name)
        merged.arguments[name] = argument
        merge_descriptions(draft, [*taken], argument, place)
        merge_directives(draft, [*taken], argument, place)
        merge_input_type(draft, taken, argument, place, "argument", "FIELD_ARGUMENT_TYPE_MISMATCH")
        merge_defaults(draft, taken, argument, place, "argument", "FIELD_ARGUMENT_DEFAULT_MISMATCH")


def _is_left_out(draft: Draft, sources: Sources[Field], taken: Sources[InputValue], place: str, name: str) -> bool:
    """Whether the argument is not for clients: the gateway gives it, or some subgraph does not take it."""
    from_context = [index for index, argument in taken if argument.has("fromContext")]
    if from_context:
        strict = [index for index, argument in taken if index not in from_context and argument.is_required]
        if strict:
            draft.error(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'Argument "{place}" is given by a context in {draft.names(from_context)}, but clients must give it in '
                f"{draft.names(strict)}. Make it optional there, or take it from a context too",
            )
        return True
    missing = [index for index, field in sources if name not in field.arguments]
    if not missing:
        return False
    required = [index for index, argument in taken if argument.is_required]
    if required:
        draft.error(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            f'Argument "{place}" is required in {draft.names(required)} but {draft.names(missing)} does not take it. '
            "Make it optional, or add it there",
        )
    else:
        draft.hint(
            "INCONSISTENT_ARGUMENT_PRESENCE",
            f'Argument "{place}" is not in the supergraph: {draft.names(missing)} does not take it',
        )
    return True
