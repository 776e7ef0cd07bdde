"""How long what a fetch selects may be kept, from what is declared for its fields and types."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from connectors.protocol import Fetch
from federation.extensions.caching.deciding_rules import DecidingRules, Place, kept_rule
from schemas.policy import CacheRule, Origin, PolicyTable
from schemas.selection import Field, Selection
from schemas.supergraph import Graph, GraphType, TypeKind

ROOT_TYPES: Mapping[str, str] = {"query": "Query", "mutation": "Mutation"}
_COMPOSITE = frozenset({TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION})


class Hint(NamedTuple):
    """What holds for one value; times in seconds."""

    max_age: float
    is_public: bool = False
    swr: float = 0.0
    stale_if_error: float = 0.0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchHint:
    """What holds for all that a fetch selects; `hint` is None where something has none: `reason` names it.

    `types` are the composite types that can show in the answer, `tags` all that is declared for any field of it,
    `led_to` those types to which its fields lead.
    """

    hint: Hint | None
    reason: str
    types: tuple[str, ...]
    tags: tuple[str, ...]
    led_to: frozenset[str] = frozenset()


class Hints:
    """The hints of one supergraph; `default` holds for what declares none."""

    def __init__(self, policies: PolicyTable, default: Hint | None = None) -> None:
        self._default = default
        self._rules = rules = DecidingRules(policies, None if default is None else _rule(default))
        by_field = any(kept_rule(policy) is not None for policy in policies.fields.values())
        by_type = any(rules.of_type(name) is not None for name in policies.type_caches)
        self.are_needed = default is not None or by_field or by_type

    def of(self, fetch: Fetch, graph: Graph) -> FetchHint:
        """The narrowest hint of the fields that the fetch selects."""
        survey = _Survey(graph, self._rules)
        if fetch.is_entity_fetch:
            survey.look_at(fetch.selections, "", None)
        else:
            survey.look_at(fetch.selections, root_type(graph, fetch.kind), None)
        tags = tuple(dict.fromkeys(tag for hint in survey.found for tag in hint.tags))
        types, led_to = tuple(sorted(survey.types)), frozenset(survey.led_to)
        if survey.without:
            return FetchHint(None, f"no cache hint for {', '.join(sorted(survey.without)[:3])}", types, tags, led_to)
        if not survey.found:
            return FetchHint(self._default, "nothing in it has a cache hint", types, tags, led_to)
        return FetchHint(_narrowest(survey.found), "", types, tags, led_to)


def root_type(graph: Graph, kind: str) -> str:
    """The root type of queries or mutations: supergraphs call it by its usual name."""
    return ROOT_TYPES[kind] if ROOT_TYPES[kind] in graph.types else ""


def named_type(text: str) -> str:
    """The type inside lists and non-nulls: `[Order!]!` gives `Order`."""
    return text.translate(_WRAPPING)


_WRAPPING = str.maketrans("", "", "[]! ")


def members(graph: Graph, name: str) -> Iterator[GraphType]:
    """The object types that an abstract type stands for; the type itself, where it is none."""
    type_ = graph.types.get(name)
    if type_ is None:
        return
    if type_.kind is TypeKind.OBJECT or type_.is_interface_object:
        yield type_
    for other in graph.types.values():
        if other.kind is TypeKind.OBJECT and (name in other.interfaces or other.name in type_.members):
            yield other


class _Survey:
    """Goes through the selections of one fetch."""

    def __init__(self, graph: Graph, rules: DecidingRules) -> None:
        self._graph = graph
        self._rules = rules
        self.found: list[Hint] = []
        self.without: set[str] = set()
        self.types: set[str] = set()
        self.led_to: set[str] = set()

    def look_at(self, selections: Iterable[Selection], parent: str, around: CacheRule | None) -> None:
        for item in selections:
            if isinstance(item, Field):
                self._look_at_field(item, parent, around)
            elif item.on is None or item.on == parent:
                self.look_at(item.selections, parent, around)
            else:
                self._note_types(item.on)
                self.look_at(item.selections, item.on, self._rules.of_type(item.on) or around)

    def _look_at_field(self, field: Field, parent: str, around: CacheRule | None) -> None:
        if field.name == "__typename":
            return
        defined = self._graph.types[parent].fields.get(field.name) if parent in self._graph.types else None
        returned = named_type(defined.type) if defined is not None else ""
        is_composite = returned in self._graph.types and self._graph.types[returned].kind in _COMPOSITE
        place = Place(parent, field.name, self._members(parent), returned if is_composite else None)
        rule = self._rules.of_value(place, around)
        if rule is not None:
            self.found.append(_hint(rule))
        # The key of an entity never changes: what says which entity it is needs no hint.
        elif is_composite or not self._is_key(parent, field.name):
            self.without.add(f"{parent}.{field.name}" if parent else field.name)
        if is_composite:
            self._note_types(returned)
            self.led_to.update((returned, *(member.name for member in members(self._graph, returned))))
            self.look_at(field.selections, returned, rule)

    def _members(self, parent: str) -> tuple[str, ...]:
        if parent not in self._graph.types or self._graph.types[parent].kind is TypeKind.OBJECT:
            return ()
        return tuple(member.name for member in members(self._graph, parent))

    def _is_key(self, parent: str, name: str) -> bool:
        return parent in self._graph.types and any(
            name in key_words(key.fields) for key in self._graph.types[parent].keys
        )

    def _note_types(self, name: str) -> None:
        self.types.add(name)
        self.types.update(member.name for member in members(self._graph, name))


def key_words(fields: str) -> list[str]:
    """The names in a field set, without its braces."""
    return fields.replace("{", " ").replace("}", " ").split()


def _hint(rule: CacheRule) -> Hint:
    return Hint(rule.max_age, rule.scope == "public", rule.swr, rule.stale_if_error, rule.tags)


def _rule(hint: Hint) -> CacheRule:
    scope = "public" if hint.is_public else "private"
    return CacheRule(Origin("cache.default"), hint.max_age, scope, hint.swr, hint.stale_if_error, hint.tags)


def _narrowest(hints: Iterable[Hint]) -> Hint:
    found = tuple(hints)
    return Hint(
        min(hint.max_age for hint in found),
        all(hint.is_public for hint in found),
        min(hint.swr for hint in found),
        min(hint.stale_if_error for hint in found),
        tuple(dict.fromkeys(tag for hint in found for tag in hint.tags)),
    )
