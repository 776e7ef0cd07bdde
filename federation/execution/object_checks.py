"""Take out of fetched data what single objects do not give: those that fail a check.

Only operations with such checks come here. The value is gone before the answer is shaped, so that it cannot get out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.protocol import PathKey
from federation.execution.failures import Failure, Failures
from federation.execution.gathered import FAILED
from federation.operations.extension import ObjectCheck
from federation.operations.mask import Mark
from federation.planning.plan import AnswerField, AnswerFragment, AnswerSelection


@dataclass(frozen=True, slots=True)
class _Step:
    """Into objects of `types` (of any, where None) by a source; clients know it as `key`."""

    types: frozenset[str] | None
    source: str
    key: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a checked field stands: the steps to its object, the field itself, and what is needed of the object."""

    steps: tuple[_Step, ...]
    field: _Step
    needed: Mapping[tuple[str, ...], tuple[str, ...]]


def apply_checks(
    answer: Sequence[AnswerSelection], checks: Sequence[ObjectCheck], data: dict[str, Any], failures: Failures
) -> None:
    """Make null what fails its check, with one error for each field. Raises a check's refusal where it has one."""
    denied: dict[str, tuple[ObjectCheck, list[tuple[PathKey, ...]]]] = {}
    for check in checks:
        for path in _taken(answer, check, data):
            if check.refusal is not None:
                raise check.refusal
            denied.setdefault(check.mark[1], (check, []))[1].append(path)
    for check, paths in denied.values():
        denial = check.denial
        failures.add(Failure(denial.code, denial.message, paths[0], dict(denial.extensions), tuple(paths[1:])))


def _taken(
    answer: Sequence[AnswerSelection], check: ObjectCheck, data: dict[str, Any]
) -> Iterator[tuple[PathKey, ...]]:
    """Take out what fails the check; gives where it was, once for each way in the operation that leads to any."""
    for place in _places(answer, check.mark, (), None, check):
        first: tuple[PathKey, ...] | None = None
        for entity, path in _objects(data, place.steps, ()):
            if _is_of(entity, place.field.types) and not check.passes(_values(entity, place.needed)):
                entity[place.field.source] = None
                first = first or (*path, place.field.key)
        if first is not None:
            yield first


def _places(
    selections: Sequence[AnswerSelection],
    mark: Mark,
    steps: tuple[_Step, ...],
    types: frozenset[str] | None,
    check: ObjectCheck,
) -> Iterator[_Place]:
    path, coordinate = mark
    key = path[len(steps)]
    is_last = len(steps) == len(path) - 1
    for item in selections:
        if isinstance(item, AnswerFragment):
            narrowed = item.possible_types if types is None else types & item.possible_types
            yield from _places(item.selections, mark, steps, narrowed, check)
        elif item.key != key or item.hidden or item.masked:
            continue
        elif not is_last:
            step = _Step(types, item.source, item.key)
            yield from _places(item.selections, mark, (*steps, step), None, check)
        elif f"{item.parent_type}.{item.name}" == coordinate:
            needed = {way: _sources(selections, way) for way in check.ways}
            yield _Place(steps, _Step(types, item.source, item.key), needed)


def _sources(selections: Sequence[AnswerSelection], way: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for name in way:
        hidden = next(
            item for item in selections if isinstance(item, AnswerField) and item.hidden and item.name == name
        )
        found.append(hidden.source)
        selections = hidden.selections
    return tuple(found)


def _objects(
    value: Any, steps: Sequence[_Step], path: tuple[PathKey, ...]
) -> Iterator[tuple[dict[str, Any], tuple[PathKey, ...]]]:
    if isinstance(value, list):
        for position, each in enumerate(value):
            yield from _objects(each, steps, (*path, position))
    elif isinstance(value, dict):
        if not steps:
            yield value, path
        elif _is_of(value, steps[0].types):
            yield from _objects(value.get(steps[0].source), steps[1:], (*path, steps[0].key))


def _is_of(entity: Mapping[str, Any], types: frozenset[str] | None) -> bool:
    return types is None or entity.get("__typename") in types


def _values(entity: Mapping[str, Any], needed: Mapping[tuple[str, ...], tuple[str, ...]]) -> dict[tuple[str, ...], Any]:
    return {way: _value(entity, sources) for way, sources in needed.items()}


def _value(entity: Mapping[str, Any], sources: Sequence[str]) -> Any:
    value: Any = entity
    for source in sources:
        value = value.get(source) if isinstance(value, Mapping) else None
    return None if value is FAILED else value
