"""Settle which occurrences of an operation are had or refused together, and which stand inside others."""

from collections.abc import Sequence

from federation.extensions.rate_limits.asking import Planned
from federation.extensions.rate_limits.bound_rules import Occurrence
from federation.operations.mask import Mark
from schemas.policy import Mode


def plan_calls(occurrences: Sequence[Occurrence]) -> tuple[Planned, ...]:
    """The occurrences that a rule counts once for an operation together, every other alone; in their order."""
    together: dict[object, list[Occurrence]] = {}
    for number, occurrence in enumerate(occurrences):
        once = next((bound.prefixes for bound in occurrence.rules if bound.rule.per == "operation"), None)
        together.setdefault(number if once is None else once, []).append(occurrence)
    calls = [tuple(call) for call in together.values()]
    places = {selected.mark: number for number, call in enumerate(calls) for each in call for selected in each.fields}
    inside = [_inside(number, call, places) for number, call in enumerate(calls)]
    return tuple(
        Planned(call, outer, number in inside, _has_shadow(call))
        for number, (call, outer) in enumerate(zip(calls, inside, strict=True))
    )


def _has_shadow(call: tuple[Occurrence, ...]) -> bool:
    return any(bound.rule.mode is Mode.SHADOW for each in call for bound in each.rules)


def _inside(number: int, call: tuple[Occurrence, ...], places: dict[Mark, int]) -> int:
    """The nearest call around, where all that stands here stands inside it; -1 where there is none."""
    around = {_nearest(selected.marks[:-1], places) for each in call for selected in each.fields}
    outer = around.pop()
    # Outer calls come first in the operation; one that is counted once may come again further down.
    return outer if not around and outer < number else -1


def _nearest(marks: Sequence[Mark], places: dict[Mark, int]) -> int:
    return next((places[mark] for mark in reversed(marks) if mark in places), -1)
