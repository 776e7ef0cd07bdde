"""What went wrong while an operation was executed, as its answer will say it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any

from connectors.protocol import Json, PathKey

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Failure:
    """One error of the answer; `path` is in the client's terms. It speaks for what is null at the `also` paths too."""

    code: str
    message: str
    path: tuple[PathKey, ...] = ()
    extensions: dict[str, Json] = field(default_factory=dict)
    also: tuple[tuple[PathKey, ...], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The error as the GraphQL specification formats it (section 7.1.2)."""
        shown: dict[str, Any] = {"message": self.message}
        if self.path:
            shown["path"] = list(self.path)
        shown["extensions"] = {"code": self.code, **self.extensions}
        return shown


class Failures:
    """All errors of one answer, at most so many beside the `denied` ones, which the operation's size bounds.

    Belongs to one request.
    """

    def __init__(self, denied: Iterable[Failure] = ()) -> None:
        self._items: list[Failure] = []
        self._beyond = 0
        self._prefixes: set[tuple[str, ...]] = set()
        self._most = inf
        for failure in denied:
            self.add(failure)
        self._most = len(self._items) + MOST_ERRORS

    def __bool__(self) -> bool:
        return bool(self._items)

    def add(self, failure: Failure) -> None:
        """Report one more."""
        for path in (failure.path, *failure.also):
            keys = _keys(path)
            for length in range(1, len(keys) + 1):
                self._prefixes.add(keys[:length])
        if len(self._items) < self._most:
            self._items.append(failure)
        else:
            self._beyond += 1

    def is_reported(self, path: Iterable[PathKey]) -> bool:
        """Whether an error at the path, or below it, is reported already: then a null there needs no other.

        One error speaks for all items of a list, since a failed call is told once and not for each of its entities.
        """
        return _keys(path) in self._prefixes

    def as_json(self) -> list[dict[str, Any]]:
        """The errors for the answer."""
        shown = [item.as_json() for item in self._items]
        if self._beyond:
            message = f"{self._beyond} more errors are not shown"
            shown.append({"message": message, "extensions": {"code": "TOO_MANY_ERRORS"}})
        return shown


def _keys(path: Iterable[PathKey]) -> tuple[str, ...]:
    return tuple(key for key in path if isinstance(key, str))
