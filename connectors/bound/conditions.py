"""Resolve `@skip` and `@include` before anything is called."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from connectors.protocol import Json
from schemas.selection import Condition, Selection


def condition_variables(selections: Iterable[Selection]) -> tuple[str, ...]:
    """The variables on which selections depend, each once."""
    found: dict[str, None] = {}
    for selection in selections:
        found.update(dict.fromkeys(condition.variable for condition in selection.conditions))
        found.update(dict.fromkeys(condition_variables(selection.selections)))
    return tuple(found)


def without_conditions(
    selections: Iterable[Selection], variables: Mapping[str, Json] | None = None
) -> tuple[Selection, ...]:
    """The selections whose conditions hold, free of conditions; all of them without `variables`."""
    return tuple(
        replace(selection, conditions=(), selections=without_conditions(selection.selections, variables))
        for selection in selections
        if variables is None or _hold(selection.conditions, variables)
    )


def _hold(conditions: tuple[Condition, ...], variables: Mapping[str, Json]) -> bool:
    return all(bool(variables.get(condition.variable)) is not condition.negated for condition in conditions)
