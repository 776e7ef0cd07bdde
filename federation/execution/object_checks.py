"""Decide object by object who gets a value, and take out of the fetched data what fails.

Only operations with such checks come here. Each object is decided about as soon as what is needed of it is there, and
once: before anything is fetched by that decision, and at the latest before the answer is shaped.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.protocol import PathKey
from federation.execution.checked_places import CheckedPlace, Step
from federation.execution.failures import Failure, Failures
from federation.execution.gathered import FAILED
from federation.operations.extension import ObjectCheck
from federation.operations.mask import Mark

_UNKNOWN = object()


class ObjectChecks:
    """The checks of one request, and what they have said; `places` are those of all of them."""

    def __init__(self, checks: Sequence[ObjectCheck], places: Sequence[CheckedPlace]) -> None:
        self._checks = {check.mark: check for check in checks}
        self._places = tuple(place for place in places if place.mark in self._checks)
        # The objects are kept beside the verdicts, so that no other object gets the identity of one that is gone.
        self._said: dict[tuple[Mark, int], tuple[dict[str, Any], bool]] = {}

    def gives(self, place: CheckedPlace, entity: dict[str, Any], *, is_whole: bool = False) -> bool | None:
        """Whether the object gives the field; None where that is not known yet. Once it `is_whole` everything is."""
        said = self._said.get((place.mark, id(entity)))
        if said is not None:
            return said[1]
        check = self._checks.get(place.mark)
        if check is None:
            return True
        values = {way: _value(entity, sources, is_whole=is_whole) for way, sources in place.needed.items()}
        if _UNKNOWN in values.values():
            return None
        passes = check.passes(values)
        if check.count is not None:
            check.count(values)
        self._said[place.mark, id(entity)] = entity, passes
        return passes

    def take_out(self, data: dict[str, Any], places: Sequence[CheckedPlace]) -> None:
        """Make null at these places what is known to fail, so that nothing is fetched below it."""
        # What one value decides must be known before that value itself is taken out.
        for place in self._places:
            for entity, _ in _objects_of(data, place):
                self.gives(place, entity)
        for place in places:
            for entity, _ in _objects_of(data, place):
                if self.gives(place, entity) is False:
                    entity[place.field.source] = None

    def finish(self, data: dict[str, Any], failures: Failures) -> None:
        """Make null all that fails, with one error for each field. Raises a check's refusal where it has one."""
        taken = [(place, found) for place in self._places if (found := self._failing(data, place))]
        denied: dict[str, tuple[ObjectCheck, list[tuple[PathKey, ...]]]] = {}
        for place, found in taken:
            check = self._checks[place.mark]
            if check.refusal is not None:
                raise check.refusal
            for entity, _ in found:
                entity[place.field.source] = None
            denied.setdefault(check.mark[1], (check, []))[1].append((*found[0][1], place.field.key))
        for check, paths in denied.values():
            denial = check.denial
            failures.add(Failure(denial.code, denial.message, paths[0], dict(denial.extensions), tuple(paths[1:])))

    def _failing(self, data: dict[str, Any], place: CheckedPlace) -> list[tuple[dict[str, Any], tuple[PathKey, ...]]]:
        return [item for item in _objects_of(data, place) if not self.gives(place, item[0], is_whole=True)]


def is_of(entity: Mapping[str, Any], types: frozenset[str] | None) -> bool:
    """Whether the object is of one of the types; any object is, where they are None."""
    return types is None or entity.get("__typename") in types


def _objects_of(data: dict[str, Any], place: CheckedPlace) -> Iterator[tuple[dict[str, Any], tuple[PathKey, ...]]]:
    for entity, path in _objects(data, place.steps, ()):
        if is_of(entity, place.field.types):
            yield entity, path


def _objects(
    value: Any, steps: Sequence[Step], path: tuple[PathKey, ...]
) -> Iterator[tuple[dict[str, Any], tuple[PathKey, ...]]]:
    if isinstance(value, list):
        for position, each in enumerate(value):
            yield from _objects(each, steps, (*path, position))
    elif isinstance(value, dict):
        if not steps:
            yield value, path
        elif is_of(value, steps[0].types):
            yield from _objects(value.get(steps[0].source), steps[1:], (*path, steps[0].key))


def _value(entity: Mapping[str, Any], sources: Sequence[str], *, is_whole: bool) -> Any:
    value: Any = entity
    for source in sources:
        if not isinstance(value, Mapping):
            return None
        value = value.get(source, None if is_whole else _UNKNOWN)
        if value is _UNKNOWN:
            return value
    return None if value is FAILED else value
