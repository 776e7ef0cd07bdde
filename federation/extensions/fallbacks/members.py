"""Which fields a fetch asks for at its top, and which of them have a fallback; found out once for each fetch."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from connectors.protocol import Fetch
from federation.extensions.caching.hints import members as object_types
from federation.extensions.caching.hints import root_type
from federation.extensions.caching.question import Question
from schemas.policy import FallbackRule
from schemas.selection import Field, InlineFragment, Selection, print_arguments
from schemas.supergraph import Graph

MOST_FETCHES: Final = 4_096
_VARIABLE: Final = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Member:
    """A field that a fetch asks of objects of one type; it answers under `key`.

    `question` is what the field alone asks, where its last value is kept.
    """

    key: str
    coordinate: str
    rule: FallbackRule | None
    question: Question | None = None


# For each type of object that a fetch is for.
Members: TypeAlias = Mapping[str, tuple[Member, ...]]


class FetchMembers:
    """The members of one graph's fetches. `ask` makes a question of a fetch for one field, whose rule is given."""

    def __init__(
        self, graph: Graph, rules: Mapping[str, FallbackRule], ask: Callable[[Fetch, FallbackRule], Question]
    ) -> None:
        self._graph = graph
        self._rules = rules
        self._ask = ask
        # By identity, since fetches live as long as their plan; those of plans that are gone make room.
        self._known: dict[int, tuple[tuple[Fetch, ...], tuple[Members, ...] | None]] = {}

    def of(self, fetches: tuple[Fetch, ...]) -> tuple[Members, ...] | None:
        """The members of each fetch; None where none of them has a fallback."""
        known = self._known.get(id(fetches))
        if known is not None and known[0] is fetches:
            return known[1]
        found = tuple(self._members(fetch) for fetch in fetches)
        has_any = any(member.rule for by_type in found for each in by_type.values() for member in each)
        if len(self._known) >= MOST_FETCHES:
            del self._known[next(iter(self._known))]
        self._known[id(fetches)] = (fetches, found if has_any else None)
        return found if has_any else None

    def _members(self, fetch: Fetch) -> Members:
        if not fetch.is_entity_fetch:
            return {root: self._of_type(fetch, root)} if (root := root_type(self._graph, fetch.kind)) else {}
        types = {name for each in fetch.representations for name in (each.typename, *each.possible_types)}
        return {name: self._of_type(fetch, name) for name in types}

    def _of_type(self, fetch: Fetch, name: str) -> tuple[Member, ...]:
        found = {field.key: field for field in self._fields(fetch.selections, name)}
        return tuple(self._member(fetch, name, field) for field in found.values())

    def _fields(self, selections: Iterable[Selection], name: str) -> Iterator[Field]:
        for item in selections:
            if isinstance(item, Field):
                if item.name != "__typename":
                    yield item
            elif item.on in (None, name) or any(each.name == name for each in object_types(self._graph, item.on or "")):
                yield from self._fields(item.selections, name)

    def _member(self, fetch: Fetch, owner: str, field: Field) -> Member:
        coordinate = f"{owner}.{field.name}"
        rule = self._rules.get(coordinate)
        if rule is None or not rule.stale:
            return Member(field.key, coordinate, rule)
        return Member(field.key, coordinate, rule, self._ask(_alone(fetch, owner, field), rule))


def _alone(fetch: Fetch, owner: str, field: Field) -> Fetch:
    """The fetch of that field only: it has the same value whatever else is asked for beside it."""
    selections: tuple[Selection, ...] = (replace(field, conditions=()),)
    if fetch.is_entity_fetch:
        selections = (InlineFragment(owner, selections),)
    named = set(_VARIABLE.findall(" ".join(_arguments(selections))))
    variables = tuple(each for each in fetch.variables if each.variable.name.value in named)
    return replace(fetch, selections=selections, variables=variables)


def _arguments(selections: Iterable[Selection]) -> Iterator[str]:
    for item in selections:
        if isinstance(item, Field):
            yield print_arguments(item.arguments)
        yield from _arguments(item.selections)
