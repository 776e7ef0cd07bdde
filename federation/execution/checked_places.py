"""Where the fields stand in the gathered data that some objects give and others do not: found once for a plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from federation.operations.mask import Mark
from federation.operations.needed_fields import Need, Ways
from federation.planning.plan import AnswerField, AnswerFragment, AnswerSelection

Slot: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Into objects of `types` (of any, where None) by a source; clients know it as `key`."""

    types: frozenset[str] | None
    source: str
    key: str


@dataclass(frozen=True, slots=True)
class CheckedPlace:
    """Where a checked field stands: the steps to its object, the field itself, and what is needed of the object."""

    mark: Mark
    steps: tuple[Step, ...]
    field: Step
    needed: Mapping[tuple[str, ...], tuple[str, ...]]

    @property
    def slot(self) -> Slot:
        """The sources that lead to its object."""
        return tuple(step.source for step in self.steps)


def checked_places(answer: Sequence[AnswerSelection], needs: Mapping[Mark, Need]) -> tuple[CheckedPlace, ...]:
    """All places of the fields that have needs."""
    return tuple(place for mark, need in needs.items() for place in _places(answer, mark, (), None, need.ways))


def _places(
    selections: Sequence[AnswerSelection],
    mark: Mark,
    steps: tuple[Step, ...],
    types: frozenset[str] | None,
    ways: Ways,
) -> Iterator[CheckedPlace]:
    path, coordinate = mark
    key = path[len(steps)]
    is_last = len(steps) == len(path) - 1
    for item in selections:
        if isinstance(item, AnswerFragment):
            narrowed = item.possible_types if types is None else types & item.possible_types
            yield from _places(item.selections, mark, steps, narrowed, ways)
        elif item.key != key or item.hidden or item.masked:
            continue
        elif not is_last:
            step = Step(types, item.source, item.key)
            yield from _places(item.selections, mark, (*steps, step), None, ways)
        elif f"{item.parent_type}.{item.name}" == coordinate:
            needed = {way: _sources(selections, way) for way in ways}
            yield CheckedPlace(mark, steps, Step(types, item.source, item.key), needed)


def _sources(selections: Sequence[AnswerSelection], way: tuple[str, ...]) -> tuple[str, ...]:
    found = _hidden(selections, way)
    assert found is not None, "what is needed was added"
    return found


def _hidden(selections: Sequence[AnswerSelection], way: tuple[str, ...]) -> tuple[str, ...] | None:
    if not way:
        return ()
    for item in selections:
        if isinstance(item, AnswerField) and item.hidden and item.name == way[0]:
            below = _hidden(item.selections, way[1:])
            if below is not None:
                return (item.source, *below)
    return None
