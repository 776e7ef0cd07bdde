"""Merge default values: kept where every subgraph has the same one, refused where two differ."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import InputValue
from federation.composition.values import Unset, Written, print_value, same_value


def merge_defaults(
    draft: Draft, sources: Sources[InputValue], merged: InputValue, place: str, kind: str, code: str
) -> None:
    """Set the default of an argument or input field; none where some subgraph has none, where it would not apply."""
    given = [(index, value) for index, value in sources if not isinstance(value.default, Unset)]
    if not given:
        return
    first = given[0][1].default
    if any(not same_value(first, value.default) for _, value in given):
        versions = draft.by_version(given, lambda value: _text(value.default))
        draft.error(code, f'The default values of {kind} "{place}" differ: {versions}. Use the same one everywhere')
    elif len(given) == len(sources):
        merged.default = first
    else:
        draft.hint(
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
            f'{kind.capitalize()} "{place}" has a default value in {draft.names(index for index, _ in given)} only; '
            "the supergraph has none",
        )


def _text(default: Written) -> str:
    return "none" if isinstance(default, Unset) else print_value(default)
