"""Gather where answers deviate from their schema, and tell it once per fetch, however many items are concerned."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.errors import BadAnswer
from connectors.mapping.methods.method import kind
from connectors.mapping.scope import MOST_PROBLEMS, Problems
from connectors.mapping.syntax import Json
from connectors.protocol import AnswerError, PathKey

MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a fetch's selections: response keys without list positions, and the field that stands there."""

    path: tuple[str, ...]
    coordinate: str


@dataclass(slots=True)
class Deviations:
    """What was found wrong in the answers of one fetch; `problems` takes what methods of the mapping note."""

    found: dict[tuple[Place, str], int] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def missing(self, place: Place) -> None:
        """Note that the answer has no value for a field."""
        self._note(place, "is missing")

    def unfit(self, place: Place, expected: str, value: Json) -> None:
        """Note that the answer has a value of the wrong kind for a field."""
        self._note(place, f"has to be {expected}, not {kind(value)}")

    def _note(self, place: Place, what: str) -> None:
        key = (place, what)
        if key in self.found or len(self.found) < MOST_PROBLEMS:
            self.found[key] = self.found.get(key, 0) + 1

    def __bool__(self) -> bool:
        return bool(self.found) or bool(self.problems)

    def error(self, data: Json) -> AnswerError:
        """All that was noted as one error, whose path leads to the first of it in the shaped `data`."""
        told = [f"{place.coordinate} {what}{_times(count)}" for (place, what), count in self.found.items()]
        told += [f"{problem}{_times(count)}" for problem, count in self.problems.found.items()]
        more = f" (and {len(told) - MOST_TOLD} more)" if len(told) > MOST_TOLD else ""
        first = next(iter(self.found), None)
        return AnswerError(
            code=BadAnswer.code,
            message=f"the answer does not fit the schema: {'; '.join(told[:MOST_TOLD])}{more}",
            path=_located(data, first[0].path) if first else (),
            detail="; ".join(told),
        )


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def _located(data: Json, path: tuple[str, ...]) -> tuple[PathKey, ...]:
    """The first place of `path` in the data that has no value, with the positions in lists on the way to it.

    A key that is not there is what deviates; where all are there, an item of a list was made null.
    """
    for nulls in (False, True):
        found = _without_value(data, path, nulls=nulls)
        if found is not None:
            return found
    return _before_lists(data, path)


def _before_lists(data: Json, path: tuple[str, ...]) -> tuple[PathKey, ...]:
    known: list[PathKey] = []
    for name in path:
        if not isinstance(data, dict):
            break
        known.append(name)
        data = data.get(name)
    return tuple(known)


def _without_value(data: Json, path: Sequence[str], *, nulls: bool) -> tuple[PathKey, ...] | None:
    if isinstance(data, list):
        for position, item in enumerate(data):
            inner = _without_value(item, path, nulls=nulls)
            if inner is not None:
                return (position, *inner)
        return None
    if not path:
        return () if nulls and data is None else None
    if not isinstance(data, dict):
        return None
    if path[0] not in data:
        return (path[0],)
    inner = _without_value(data[path[0]], path[1:], nulls=nulls)
    return None if inner is None else (path[0], *inner)
