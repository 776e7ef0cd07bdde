"""How long the values of each field are kept, wherever the field stands: by the rules that decide at run time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from federation.assembly.build_supergraph import BuiltSupergraph
from federation.config.sections import Config
from federation.extensions.caching.deciding_rules import DecidingRules, Place
from schemas.policy import CacheRule, Origin
from schemas.supergraph import Supergraph

BY_KEY = "its key"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The rule of a field's values where it stands below one of these fields, or is fetched by `its key`; None where
    they are not kept. Without fields it holds wherever the field stands.
    """

    rule: CacheRule | None
    below: tuple[str, ...] = ()


def deciding_rules(config: Config, built: BuiltSupergraph) -> DecidingRules | None:
    """The rules by which values are kept; None where nothing is."""
    if not config.cache.enabled:
        return None
    default = config.cache.default
    return DecidingRules(built.policies, None if default is None else CacheRule(Origin("cache.default"), default))


def place_of(schema: GraphQLSchema, parent: str, name: str) -> Place:
    """A field of the schema as rules see it."""
    owner = schema.type_map[parent]
    assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
    members = tuple(each.name for each in schema.get_possible_types(owner)) if is_abstract_type(owner) else ()
    returned = get_named_type(owner.fields[name].type)
    return Place(parent, name, members, None if is_leaf_type(returned) else returned.name)


def lifetimes(rules: DecidingRules, supergraph: Supergraph) -> Mapping[str, tuple[Lifetime, ...]]:
    """By coordinate; fields that are not kept wherever they stand are not among them."""
    schema = supergraph.api
    places = [
        place_of(schema, owner.name, name)
        for owner in schema.type_map.values()
        if isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) and not owner.name.startswith("__")
        if owner is not schema.mutation_type
        for name in owner.fields
    ]
    around = _Around(rules, supergraph, places)
    found = {f"{place.parent}.{place.name}": around.of(place) for place in places}
    return {coordinate: each for coordinate, each in found.items() if any(item.rule is not None for item in each)}


class _Around:
    """Finds what stands around the leaves of one supergraph."""

    def __init__(self, rules: DecidingRules, supergraph: Supergraph, places: list[Place]) -> None:
        self._rules = rules
        self._schema = supergraph.api
        self._leading = [place for place in places if place.returned is not None]
        types = (type_ for graph in supergraph.graphs.values() for type_ in graph.types.values())
        self._entities = {type_.name for type_ in types if type_.keys}

    def of(self, place: Place) -> tuple[Lifetime, ...]:
        if place.returned is not None or self._rules.of_field(place) is not None:
            return (Lifetime(self._rules.of_value(place, None)),)
        by_rule: dict[CacheRule | None, list[str]] = {}
        for below, around in self._leading_to(place.parent):
            by_rule.setdefault(self._rules.of_value(place, around), []).append(below)
        if not by_rule:
            return (Lifetime(self._rules.of_value(place, None)),)
        if len(by_rule) == 1:
            return (Lifetime(next(iter(by_rule))),)
        return tuple(Lifetime(rule, tuple(below)) for rule, below in by_rule.items())

    def _leading_to(self, parent: str) -> Iterator[tuple[str, CacheRule | None]]:
        if parent in self._entities:
            yield BY_KEY, self._rules.of_type(parent)
        for place in self._leading:
            if place.returned == parent:
                yield f"{place.parent}.{place.name}", self._rules.of_value(place, None)
            elif self._is_among(parent, place.returned or ""):
                # The way to it is a type condition, at which the type's own rule holds.
                yield f"{place.parent}.{place.name}", self._rules.of_type(parent) or self._rules.of_value(place, None)

    def _is_among(self, parent: str, abstract: str) -> bool:
        type_ = self._schema.type_map[abstract]
        return is_abstract_type(type_) and any(each.name == parent for each in self._schema.get_possible_types(type_))
