"""What a method is, and what one call of it sees."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from connectors.mapping.missing import MISSING
from connectors.mapping.scope import Scope
from connectors.mapping.syntax import Json

Evaluate: TypeAlias = Callable[[Json, Json, Scope], Json]
"""An expression made callable: `(current, item, scope)` give `$`, `@` and the variables; returns a value or MISSING."""


class ListOf:
    """A list literal made callable; methods that take pairs evaluate its items one by one."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Evaluate, ...]) -> None:
        self.items = items

    def __call__(self, current: Json, item: Json, scope: Scope) -> Json:
        """The whole list; a missing item is null."""
        values = [evaluate(current, item, scope) for evaluate in self.items]
        return [None if value is MISSING else value for value in values]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method on `value` (never MISSING: a method does not run on what is not there)."""

    name: str
    value: Json
    arguments: tuple[Evaluate, ...]
    current: Json
    scope: Scope

    def argument(self, index: int, default: Json = MISSING) -> Json:
        """The argument at `index`, with `@` as the value the method works on."""
        if index >= len(self.arguments):
            return default
        return self.arguments[index](self.current, self.value, self.scope)

    def each(self, item: Json, index: int = 0) -> Json:
        """The argument at `index`, with `@` as one item of the value."""
        return self.arguments[index](self.current, item, self.scope)

    def values(self) -> list[Json]:
        """All arguments."""
        return [self.argument(index) for index in range(len(self.arguments))]

    def fail(self, problem: str) -> Json:
        """Note why the method has no result here; its result is then missing."""
        self.scope.problems.note(f"->{self.name} {problem}")
        return MISSING


@dataclass(frozen=True, slots=True)
class Method:
    """A method with the number of arguments it takes (`most` is None where there is no bound)."""

    run: Callable[[Call], Json]
    least: int = 0
    most: int | None = 0


def kind(value: Json) -> str:
    """What a JSON value is, in words."""
    if value is None or value is MISSING:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"


def same(left: Json, right: Json) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return bool(left == right)
