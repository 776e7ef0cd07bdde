"""Put fallbacks in the place of what a call did not bring, and keep the errors of what has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from connectors.protocol import UNANSWERED, Answer, AnswerError, CallRequest, PathKey
from federation.extensions.fallbacks.causes import is_failure
from federation.extensions.fallbacks.last_values import Cell, Value, cells_of
from federation.extensions.fallbacks.members import Members


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that was not brought, and the error that says why."""

    cell: Cell
    error: AnswerError


@dataclass(slots=True)
class StoodIn:
    """An answer with fallbacks in it: for each what was missing, and the value where it is the last good one."""

    answer: Answer
    used: list[tuple[Missing, Value | None]] = field(default_factory=list)


def missing_of(request: CallRequest, members: Sequence[Members], answer: Answer) -> list[Missing]:
    """Every field for which an error says that it was not brought, with a fallback or without one."""
    rows = _rows(request, answer)
    errors = _Errors(answer.errors, is_root=not request.representations)
    found: list[Missing] = []
    for cell in cells_of(request, members):
        row = rows[cell.number]
        error = errors.of(cell, is_row_missing=not isinstance(row, Mapping))
        if error is not None and not (isinstance(row, Mapping) and row.get(cell.member.key) is not None):
            found.append(Missing(cell, error))
    return found


def may_stand_in(missing: Missing) -> bool:
    """Whether the field has a fallback, and it was a failure that kept it away."""
    return missing.cell.member.rule is not None and is_failure(missing.error)


def stand_in(request: CallRequest, answer: Answer, missing: Sequence[Missing], last: Mapping[Cell, Value]) -> StoodIn:
    """The answer with the last values, else the defaults, in the place of what is missing."""
    rows = _rows(request, answer)
    left: dict[int, tuple[int, str]] = {}
    told = {id(each.error) for each in missing}
    made = StoodIn(answer)
    # Of an object that has no fallback at all nothing changes.
    changed = {each.cell.number for each in missing if _value_of(each, last) is not None}
    for each in missing:
        number, key = each.cell.number, each.cell.member.key
        if number in changed and not isinstance(rows[number], dict):
            rows[number] = {}
        value = _value_of(each, last)
        if value is not None:
            rows[number][key] = value[0]
            made.used.append((each, last.get(each.cell)))
            continue
        if number in changed:
            rows[number][key] = UNANSWERED
        left.setdefault(id(each.error), (number, key))
    errors = [
        _moved(error, left[id(error)], is_root=not request.representations) if id(error) in left else error
        for error in answer.errors
        if id(error) in left or id(error) not in told
    ]
    made.answer = Answer(rows if request.representations else rows[0], tuple(errors))
    return made


def _value_of(missing: Missing, last: Mapping[Cell, Value]) -> tuple[Any] | None:
    """What stands in, alone in a tuple, since it may be None; None where nothing does."""
    if not may_stand_in(missing):
        return None
    if missing.cell in last:
        return (last[missing.cell].value,)
    rule = missing.cell.member.rule
    return None if rule is None or rule.default is None else (orjson.loads(rule.default),)


def _rows(request: CallRequest, answer: Answer) -> list[Any]:
    if not request.representations:
        return [answer.data]
    if isinstance(answer.data, list) and len(answer.data) == len(request.representations):
        return list(answer.data)
    return [UNANSWERED] * len(request.representations)


def _moved(error: AnswerError, place: tuple[int, str], *, is_root: bool) -> AnswerError:
    """The error at the first field that it still speaks of, unless it says itself which that is."""
    number, key = place
    if len(error.path) > (0 if is_root else 1):
        return error
    return replace(error, path=(key,) if is_root else (number, key))


class _Errors:
    """Finds the error that speaks of a field: its own, its object's, or the whole call's."""

    def __init__(self, errors: Sequence[AnswerError], *, is_root: bool) -> None:
        self._of_fields: dict[tuple[PathKey, ...], AnswerError] = {}
        self._of_rows: dict[PathKey, AnswerError] = {}
        self._whole: AnswerError | None = None
        for error in errors:
            path: tuple[PathKey, ...] = (0, *error.path) if is_root and error.path else error.path
            if not path:
                self._whole = self._whole or error
            elif len(path) == 1:
                self._of_rows.setdefault(path[0], error)
            else:
                self._of_fields.setdefault(path[:2], error)

    def of(self, cell: Cell, *, is_row_missing: bool) -> AnswerError | None:
        """The error of a field; that of the call, or of the object, only where the whole object is missing."""
        own = self._of_fields.get((cell.number, cell.member.key))
        if own is not None or not is_row_missing:
            return own
        return self._of_rows.get(cell.number) or self._whole
