"""Change the JSON of requests and answers on their way: by a renaming, a mapping, a function of a team."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from connectors.errors import CallFailed
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_selection
from connectors.mapping.readers import reader
from connectors.mapping.scope import Scope
from connectors.protocol import Json

Change: TypeAlias = Callable[[Json], Json]
"""One JSON value to another."""


class TransformFailed(CallFailed):
    """A request or an answer could not be said in the words of the other version."""

    code = "TRANSFORM_FAILED"


def mapping_change(text: str) -> Change:
    """What a selection of the mapping language makes of a value. Raises MappingInvalid when it cannot be read."""
    read = reader(parse_selection(text))

    def change(value: Json) -> Json:
        scope = Scope({"$": value})
        made = read(value, scope)
        if made is MISSING or scope.problems:
            found = "; ".join(scope.problems.found) or "it has no value"
            raise TransformFailed("the value does not fit its mapping", detail=found)
        return made

    return change


def in_turn(changes: Sequence[Change]) -> Change | None:
    """One change that makes all of these, one after the other; None where there is none."""
    if len(changes) <= 1:
        return changes[0] if changes else None

    def change(value: Json) -> Json:
        for each in changes:
            value = each(value)
        return value

    return change


@dataclass(frozen=True, slots=True)
class Transforms:
    """What is made of the bodies of requests and of those of answers; None where they stay as they are."""

    request: Change | None = None
    answer: Change | None = None


def change_text(change: Change, text: bytes, what: str) -> bytes:
    """The JSON text that a change makes of a JSON text. Raises TransformFailed, also for whatever the change raises."""
    try:
        return orjson.dumps(change(orjson.loads(text)))
    except orjson.JSONDecodeError as error:
        raise TransformFailed(f"{what} is not JSON, and cannot be changed", detail=str(error)) from error
    except TransformFailed as error:
        raise TransformFailed(f"{what} cannot be changed to the other version", detail=error.detail) from error
    except Exception as error:  # a team's function may raise anything
        raise TransformFailed(f"{what} cannot be changed to the other version", detail=repr(error)) from error
