"""Find the route of a request: exact paths before prefixes, prefixes before paths with parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from federation.patterns.pattern import Pattern

Target = TypeVar("Target")


@dataclass(frozen=True, slots=True)
class Route(Generic[Target]):
    """What answers requests of these methods (upper case) to the paths of a pattern."""

    pattern: Pattern
    methods: frozenset[str]
    target: Target


@dataclass(frozen=True, slots=True)
class Found(Generic[Target]):
    """The route of a request, with the values of its parameters."""

    route: Route[Target]
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """There are routes for the path, and none for the method."""

    allowed: tuple[str, ...]


class RouteTable(Generic[Target]):
    """All routes, in the order in which they are tried.

    Of two prefixes the longer one is tried first, of two patterns with parameters the one whose first difference is
    plain text. HEAD is answered where GET is.
    """

    def __init__(self, routes: Iterable[Route[Target]]) -> None:
        self._exact: dict[tuple[str, ...], list[Route[Target]]] = {}
        others: list[Route[Target]] = []
        for route in routes:
            if route.pattern.names or route.pattern.is_prefix:
                others.append(route)
            else:
                self._exact.setdefault(route.pattern.segments, []).append(route)
        self._others = sorted(others, key=_rank)

    def __bool__(self) -> bool:
        return bool(self._exact or self._others)

    def find(self, method: str, segments: tuple[str, ...]) -> Found[Target] | WrongMethod | None:
        """The route for the segments of a path; None when the path has none."""
        asked = "GET" if method == "HEAD" else method
        allowed: set[str] = set()
        for route in (*self._exact.get(segments, ()), *self._others):
            parameters = route.pattern.match(segments)
            if parameters is None:
                continue
            if asked in route.methods:
                return Found(route, parameters)
            allowed |= route.methods
        return WrongMethod(tuple(sorted(allowed))) if allowed else None


def clashes(routes: Iterable[Route[Target]]) -> list[tuple[Pattern, Pattern, str]]:
    """Pairs of patterns that stand for the same paths and have a method in common."""
    found = []
    seen: dict[tuple[tuple[str | None, ...], str], Pattern] = {}
    for route in routes:
        for method in sorted(route.methods):
            key = (route.pattern.shape, method)
            if key in seen:
                found.append((seen[key], route.pattern, method))
            seen.setdefault(key, route.pattern)
    return found


def _rank(route: Route[Target]) -> tuple[object, ...]:
    pattern = route.pattern
    plain_first = tuple(name is not None for name in pattern.parameters)
    if pattern.is_prefix and not pattern.names:
        return (0, -len(pattern.segments), plain_first)
    return (1, pattern.is_prefix, plain_first)
