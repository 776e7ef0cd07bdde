"""Make up subgraphs that use federation's directives together: entities, interfaces, unions, values, in several graphs.

What comes out need not compose; who uses it leaves out what does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from schemas.subgraph import Subgraph

IMPORTS = ("@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject")
NAMES = ", ".join(f'"{name}"' for name in IMPORTS)
LINK = f'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [{NAMES}])\n'
SCALARS = ("Int", "String", "Boolean!", "[Int]", "Color", "Float")
SHARED = """
enum Color { RED GREEN BLUE }
type Info @shareable { code: ID! note: String more: Info }
"""
KEYS = {"id": "id: ID!", "sku": "sku: ID!", "info { code }": "info: Info! @shareable", "id sku": "id: ID! sku: ID!"}


@dataclass(slots=True)
class Entity:
    """An entity, by its graphs: which keys it has there, and which fields."""

    name: str
    keys: dict[int, list[str]]
    fields: dict[int, dict[str, str]] = field(default_factory=dict)

    def plain_fields(self, graph: int) -> list[str]:
        """Names of fields that the graph resolves without needing anything."""
        return [name for name, text in self.fields[graph].items() if "@" not in text.replace("@shareable", "")]


class Maker:
    """Makes the subgraphs that belong to one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._graphs = self._random.randint(2, 4)
        self._node = self._random.random() < 0.6  # whether entities implement an interface, Node
        # It has Node as an interface object, and none of the entities.
        self._object_graph = self._graphs if self._node and self._random.random() < 0.5 else None
        self._entities = [self._entity(name) for name in ("A", "B", "C")[: self._random.randint(2, 3)]]

    def make(self) -> list[Subgraph]:
        """The subgraphs."""
        for entity in self._entities:
            for graph in entity.keys:
                for number in range(self._random.randint(1, 3)):
                    self._add_field(entity, graph, f"f{graph}{number}")
        for entity in self._entities:
            self._add_requirements(entity)
            self._add_overrides(entity)
        graphs = range(self._graphs + (self._object_graph is not None))
        return [Subgraph(f"g{graph}", self._sdl(graph), f"http://g{graph}") for graph in graphs]

    def _entity(self, name: str) -> Entity:
        graphs = set(self._random.sample(range(self._graphs), self._random.randint(1, self._graphs)))
        if self._object_graph is not None:
            graphs.add(0)  # so that one graph can be entered by the key of Node
        keys = {graph: self._random.sample(list(KEYS), self._random.choice((1, 1, 2))) for graph in sorted(graphs)}
        made = Entity(name, keys)
        for graph, mine in keys.items():
            made.fields[graph] = {}
            for key in mine:
                if key != "info { code }":
                    made.fields[graph].update({part: f"{part}: ID!" for part in key.split()})
                else:
                    made.fields[graph]["info"] = "info: Info! @shareable"
        return made

    def _known(self, graph: int) -> list[str]:
        return [entity.name for entity in self._entities if graph in entity.keys]

    def _type(self, graph: int) -> str:
        names = self._known(graph)
        options = [*SCALARS, "Info", "[Info!]", *names, *(f"[{name}!]!" for name in names), *(f"[{n}]" for n in names)]
        if len(names) > 1:
            options += ["Any", "[Any]"]
        if self._node and (names or graph == self._object_graph):
            options += ["Node", "[Node]"]
        return self._random.choice(options)

    def _add_field(self, entity: Entity, graph: int, name: str) -> None:
        type_ = self._type(graph)
        arguments = self._random.choice(("", "", "", "(x: Int)", "(x: Int!)"))
        entity.fields[graph][name] = f"{name}{arguments}: {type_}{self._provision(graph, type_)}"
        others = [other for other in entity.keys if other != graph]
        if others and self._random.random() < 0.3 and type_ in SCALARS:
            shared = f"{name}{arguments}: {type_} @shareable"
            entity.fields[graph][name] = shared
            entity.fields[self._random.choice(others)][name] = shared

    def _provision(self, graph: int, type_: str) -> str:
        """Now and then, a field of the entity that is known here although it is resolved elsewhere."""
        entity = next((each for each in self._entities if each.name == type_.strip("[]!")), None)
        if entity is None or self._random.random() < 0.6:
            return ""
        found = list(self._elsewhere(entity, graph))
        if not found:
            return ""
        name, text = self._random.choice(found)
        entity.fields[graph].setdefault(name, f"{text} @external")
        return f' @provides(fields: "{name}")'

    def _elsewhere(self, entity: Entity, graph: int) -> Iterator[tuple[str, str]]:
        for other, fields in entity.fields.items():
            for name in entity.plain_fields(other) if other != graph else ():
                text = fields[name].replace(" @shareable", "")
                if name.startswith("f") and name not in entity.fields[graph] and text.endswith(SCALARS):
                    yield name, text

    def _add_requirements(self, entity: Entity) -> None:
        for graph in entity.keys:
            found = list(self._elsewhere(entity, graph))
            if not found or self._random.random() < 0.4:
                continue
            name, text = self._random.choice(found)
            given = f"{name}(x: {self._random.randint(1, 2)})" if "(x: Int" in text else name
            entity.fields[graph][name] = f"{text} @external"
            entity.fields[graph][f"r{graph}"] = f'r{graph}: Int @requires(fields: "{given}")'
            if self._random.random() < 0.3:
                entity.fields[graph][f"q{graph}"] = f'q{graph}: String @requires(fields: "{given}")'

    def _add_overrides(self, entity: Entity) -> None:
        for graph in entity.keys:
            found = list(self._elsewhere(entity, graph))
            if found and self._random.random() < 0.2:
                name, text = self._random.choice(found)
                source = next(other for other in entity.keys if name in entity.plain_fields(other))
                entity.fields[graph][name] = f'{text} @override(from: "g{source}")'

    def _sdl(self, graph: int) -> str:
        parts = [LINK, SHARED]
        known = [entity for entity in self._entities if graph in entity.keys]
        is_object = self._node and graph == self._object_graph
        for entity in known:
            keys = " ".join(f'@key(fields: "{key}")' for key in entity.keys[graph])
            fields = dict(entity.fields[graph])
            implements = ""
            if self._node and not is_object:
                implements, fields["id"] = " implements Node", "id: ID! @shareable"
                keys = keys if '"id"' in keys else f'{keys} @key(fields: "id")'
            parts.append(f"type {entity.name}{implements} {keys} {{ {' '.join(fields.values())} }}")
        if self._node and is_object:
            parts.append('type Node @key(fields: "id") @interfaceObject { id: ID! score: Int rank(x: Int): Color }')
        elif self._node and known:
            key = '@key(fields: "id")' if len(known) == len(self._entities) else ""
            parts.append(f"interface Node {key} {{ id: ID! }}")
        if len(known) > 1:
            parts.append(f"union Any = {' | '.join(entity.name for entity in known)}")
        parts.append(self._roots(graph, is_object=is_object))
        return "\n".join(parts)

    def _roots(self, graph: int, *, is_object: bool) -> str:
        fields = [f"a{graph}{number}: {self._type(graph)}" for number in range(2)]
        if self._node and is_object:
            fields.append(f"nodes{graph}: [Node]")
        text = f"type Query {{ {' '.join(fields)} common: Info @shareable }}"
        if self._random.random() < 0.5:
            text += f"\ntype Mutation {{ do{graph}(x: Int): {self._type(graph)} done{graph}: {self._type(graph)} }}"
        return text
