"""A small made-up world over any supergraph: every field of every object has a settled value, whoever is asked.

One merged schema over it is the oracle for what a gateway must answer; one connector for each graph answers the plan's
fetches from the same world, and refuses what its graph does not define.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    ValueNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    value_from_ast_untyped,
)

from connectors.protocol import Answer, CallRequest, Fetch
from federation.execution.gathered import merge
from federation.planning.field_sets import read_field_set
from federation.planning.want import Want, WantField
from schemas.selection import Condition, Field, Selection
from schemas.supergraph import Graph, GraphType, Supergraph

Json = Any
INSTANCES = 3


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of the world; those of one type and identity are the same wherever they stand."""

    type_name: str
    identity: str


class Universe:
    """The world of one supergraph, made from `seed`."""

    def __init__(self, supergraph: Supergraph, seed: int) -> None:
        self.schema: GraphQLSchema = supergraph.schema
        self._graphs = supergraph.graphs
        self._seed = seed
        self._key_fields = {
            found
            for graph in supergraph.graphs.values()
            for item in graph.types.values()
            for key in item.keys
            for found in self._named(item.name, read_field_set(key.fields))
        }
        self._entities = {
            item.name
            for graph in supergraph.graphs.values()
            for item in graph.types.values()
            if any(key.resolvable for key in item.keys)
        }

    def _named(self, type_name: str, wants: Sequence[Want]) -> Iterator[tuple[str, str]]:
        """The fields of a key, those of its objects too."""
        for want in wants:
            if isinstance(want, WantField) and want.name != "__typename":
                yield type_name, want.name
                if want.selections:
                    owner = self.schema.type_map[type_name]
                    assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
                    yield from self._named(get_named_type(owner.fields[want.name].type).name, want.selections)

    def value(self, thing: Thing, name: str, arguments: Mapping[str, Json]) -> Json:
        """The value of a field: JSON for leaves, Things for objects."""
        if name == "__typename":
            return thing.type_name
        owner = self.schema.type_map[thing.type_name]
        assert isinstance(owner, GraphQLObjectType)
        shown = sorted(arguments.items())
        return self._made(
            owner.fields[name].type, f"{thing.type_name}/{thing.identity}/{name}{shown or ''}", thing, name
        )

    def find(self, type_name: str, representation: Mapping[str, Json]) -> Thing:
        """The one entity whose fields are those of a representation. Raises LookupError."""
        for name in self._objects(type_name):
            for number in range(INSTANCES):
                thing = Thing(name, str(number))
                if all(self._fits(thing, key, value) for key, value in representation.items() if key != "__typename"):
                    return thing
        raise LookupError(f"no {type_name} is {dict(representation)}")

    def _fits(self, thing: Thing, name: str, shown: Json) -> bool:
        # What `@requires` brings may have arguments that the representation does not show: only keys identify.
        if not self._is_identifying(thing.type_name, name):
            return True
        return self._is_shown_as(self.value(thing, name, {}), shown)

    def _is_shown_as(self, value: Json, shown: Json) -> bool:
        if isinstance(value, list) and isinstance(shown, list):
            return len(value) == len(shown) and all(map(self._is_shown_as, value, shown))
        if isinstance(value, Thing) and isinstance(shown, dict):
            return all(
                self._is_shown_as(self.value(value, name, {}), inner)
                for name, inner in shown.items()
                if self._is_identifying(value.type_name, name)
            )
        return bool(value == shown)

    def _is_identifying(self, type_name: str, field: str) -> bool:
        named = self.schema.type_map[type_name]
        owners = (type_name, *(item.name for item in getattr(named, "interfaces", ())))
        return any((owner, field) in self._key_fields for owner in owners)

    def _made(self, kind: Any, place: str, thing: Thing, field: str) -> Json:
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, place, thing, field)
        if not self._is_identifying(thing.type_name, field) and self._number(place + "?", 6) == 0:
            return None
        return self._present(kind, place, thing, field)

    def _present(self, kind: Any, place: str, thing: Thing, field: str) -> Json:
        if isinstance(kind, GraphQLList):
            length = self._number(place + "#", 4)
            return [self._made(kind.of_type, f"{place}/{item}", thing, field) for item in range(length)]
        if is_composite_type(kind):
            options = self._options(kind.name, thing.type_name, field)
            if not options:
                return None
            name = options[self._number(place + "@", len(options))]
            return Thing(name, str(self._number(place, INSTANCES)) if self._is_entity(name) else place)
        return self._leaf(kind, place, thing, field)

    def _leaf(self, kind: Any, place: str, thing: Thing, field: str) -> Json:
        if isinstance(kind, GraphQLEnumType):
            values = sorted(kind.values)
            return values[self._number(place, len(values))]
        if self._is_identifying(thing.type_name, field):
            number = int(thing.identity) if thing.identity.isdigit() else self._number(place, 1_000_000_000)
            return number if kind.name == "Int" else f"{field}-{thing.type_name}-{number}"
        number = self._number(place, 1000)
        return {"Int": number, "Float": number / 4, "Boolean": number % 2 == 0}.get(kind.name, f"{field}-{number}")

    def _options(self, type_name: str, owner: str, field: str) -> list[str]:
        """The object types that a field may have: such that every graph that gives it knows them."""
        found = set(self._objects(type_name))
        for graph in self._graphs.values():
            for written in self._written(graph, owner):
                if field in written.fields:
                    found &= self._known_in(graph, written.fields[field].type.strip("[]!"))
        return sorted(found)

    def _written(self, graph: Graph, owner: str) -> list[GraphType]:
        named = self.schema.type_map[owner]
        interfaces = [item.name for item in getattr(named, "interfaces", ())]
        return [graph.types[name] for name in (owner, *interfaces) if name in graph.types]

    def _known_in(self, graph: Graph, type_name: str) -> set[str]:
        written = graph.types[type_name]
        if written.is_interface_object:
            return set(self._objects(type_name))
        if written.members:
            return set(written.members)
        implementing = {item.name for item in graph.types.values() if type_name in item.interfaces and item.fields}
        objects = {name for name in implementing if isinstance(self.schema.type_map[name], GraphQLObjectType)}
        return objects or {type_name}

    def _objects(self, type_name: str) -> list[str]:
        named = self.schema.type_map[type_name]
        if is_abstract_type(named):
            return sorted(item.name for item in self.schema.get_possible_types(named))
        return [type_name]

    def _is_entity(self, name: str) -> bool:
        named = self.schema.type_map[name]
        return name in self._entities or any(item.name in self._entities for item in getattr(named, "interfaces", ()))

    def _number(self, place: str, below: int) -> int:
        digest = hashlib.blake2b(f"{self._seed}/{place}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) % below


class UniverseConnector:
    """One graph of the world."""

    def __init__(self, universe: Universe, graph: Graph) -> None:
        self._universe = universe
        self._graph = graph

    def prepare(self, fetch: Fetch) -> Fetch:
        return fetch

    async def call(self, request: CallRequest) -> Answer:
        fetch: Fetch = request.template
        if not fetch.is_entity_fetch:
            root = "Query" if fetch.kind == "query" else "Mutation"
            return Answer(self._select(Thing(root, ""), root, fetch.selections, request.variables, {}))
        found = []
        for representation in request.representations:
            name = representation["__typename"]
            assert name in self._graph.types, f"{self._graph.name} does not know {name}"
            thing = self._universe.find(name, representation)
            found.append(self._select(thing, name, fetch.selections, request.variables, representation))
        return Answer(found)

    async def close(self) -> None:
        pass

    def _select(
        self,
        thing: Thing,
        known_as: str,
        selections: Sequence[Selection],
        variables: Mapping[str, Json],
        representation: Mapping[str, Json],
    ) -> dict[str, Json]:
        answer: dict[str, Json] = {}
        for item in selections:
            if not all(_holds(condition, variables) for condition in item.conditions):
                continue
            if isinstance(item, Field):
                self._check(item, known_as, representation)
                arguments = {each.name: _value(each.value, variables) for each in item.arguments}
                value = self._universe.value(thing, item.name, arguments)
                if item.name == "__typename" and self._is_interface_object(known_as):
                    value = known_as
                merge(answer, {item.key: self._shown(value, known_as, item, variables)})
            elif item.on is None or self._stands_on(thing, known_as, item.on):
                inner = known_as if item.on is None or self._is_interface_object(known_as) else item.on
                merge(answer, self._select(thing, inner, item.selections, variables, representation))
        return answer

    def _shown(self, value: Json, known_as: str, item: Field, variables: Mapping[str, Json]) -> Json:
        if isinstance(value, list):
            return [self._shown(each, known_as, item, variables) for each in value]
        if isinstance(value, Thing):
            name = self._graph.types[known_as].fields[item.name].type.strip("[]!")
            return self._select(value, name, item.selections, variables, {})
        return value

    def _check(self, item: Field, known_as: str, representation: Mapping[str, Json]) -> None:
        if item.name == "__typename":
            return
        written = self._graph.types[known_as].fields.get(item.name)
        assert written is not None, f"{self._graph.name} does not define {known_as}.{item.name}"
        if written.requires:
            first = written.requires.replace("{", " ").replace("(", " ").split()[0]
            assert first in representation or first == "...", f"{known_as}.{item.name} lacks {first}"

    def _is_interface_object(self, name: str) -> bool:
        return name in self._graph.types and self._graph.types[name].is_interface_object

    def _stands_on(self, thing: Thing, known_as: str, on: str) -> bool:
        assert on in self._graph.types, f"{self._graph.name} does not know {on}"
        if on in {thing.type_name, known_as}:
            return True
        written = self._graph.types.get(thing.type_name)
        return written is not None and (on in written.interfaces or thing.type_name in self._graph.types[on].members)


def _holds(condition: Condition, variables: Mapping[str, Json]) -> bool:
    return bool(variables.get(condition.variable)) != condition.negated


def _value(node: ValueNode, variables: Mapping[str, Json]) -> Json:
    return value_from_ast_untyped(node, dict(variables))
