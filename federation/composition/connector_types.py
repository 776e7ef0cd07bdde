"""The types of a graph that one connector makes: what its selection gives, and no more.

One type can stand at several places of a selection with different fields: what all places give, the type gives; what
only some give is provided along the way to them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from connectors.mapping.shape import OutputShape
from federation.composition.type_references import named
from schemas.supergraph import Graph, GraphField, GraphType, TypeKind

COMPOSITE = {TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION}


@dataclass(slots=True)
class GivenObject:
    """An object that the selection gives: of which type, with which fields, and what stands below them."""

    type_name: str
    fields: dict[str, "GivenObject | None"]


class ConnectorTypes:
    """Collects what one connector gives below its entries.

    `bound` are coordinates that connectors of their own give: a selection gives them only where it names them.
    """

    def __init__(self, graph: Graph, bound: frozenset[str]) -> None:
        self._graph = graph
        self._bound = bound
        self._objects: list[GivenObject] = []
        self._known: dict[tuple[str, int], GivenObject] = {}
        self._shapes: list[OutputShape] = []

    def enter_object(self, type_name: str, shape: OutputShape) -> GivenObject:
        """An entry at objects of the type, of which the selection gives `shape`."""
        self._shapes.append(shape)
        return self._object(type_name, shape)

    def enter_field(self, type_name: str, field: str, shape: OutputShape) -> GivenObject:
        """An entry at one field of the type, whose value the selection gives."""
        self._shapes.append(shape)
        entry = GivenObject(type_name, {field: self._below(self._graph.types[type_name].fields[field], shape)})
        self._objects.append(entry)
        return entry

    def types(self) -> Mapping[str, GraphType]:
        """Each type with the fields that it has at all places; inputs, enums and scalars as they are."""
        common = self._common()
        made = {name: written for name, written in self._graph.types.items() if written.kind not in COMPOSITE}
        for name in self._names():
            written = self._graph.types[name]
            fields = {
                each: replace(written.fields[each], external=each not in common.get(name, ()))
                for each in dict.fromkeys(key for given in self._of(name) for key in given.fields)
                if each in written.fields
            }
            made[name] = replace(written, keys=(), fields=fields)
        return made

    def provided(self, entry: GivenObject) -> str | None:
        """What an entry gives beyond what its types give everywhere, as a field set."""
        return self._provided(entry, self._common(), ()) or None

    def _provided(self, given: GivenObject, common: Mapping[str, frozenset[str]], above: tuple[int, ...]) -> str:
        if id(given) in above:
            return ""
        parts = []
        for name, inner in given.fields.items():
            nested = self._provided(inner, common, (*above, id(given))) if inner else ""
            if nested:
                parts.append(f"{name} {{ {nested} }}")
            elif name not in common.get(given.type_name, ()):
                parts.append(name if inner is None else f"{name} {{ __typename }}")
        return " ".join(parts)

    def _object(self, type_name: str, shape: OutputShape) -> GivenObject:
        key = (type_name, id(shape))
        if key in self._known:
            return self._known[key]
        given = self._known[key] = GivenObject(type_name, {})
        self._objects.append(given)
        for name, item in self._graph.types[type_name].fields.items():
            if name in shape.fields or (shape.is_open and f"{type_name}.{name}" not in self._bound):
                given.fields[name] = self._below(item, shape.fields.get(name, shape))
        for name in self._narrower(type_name):
            self._object(name, shape)
        return given

    def _below(self, item: GraphField, shape: OutputShape) -> GivenObject | None:
        child = self._graph.types.get(named(item.type))
        return self._object(child.name, shape) if child is not None and child.kind in COMPOSITE else None

    def _narrower(self, type_name: str) -> Iterator[str]:
        written = self._graph.types[type_name]
        yield from written.members
        if written.kind is TypeKind.INTERFACE:
            yield from (name for name, item in self._graph.types.items() if type_name in item.interfaces)

    def _names(self) -> list[str]:
        return list(dict.fromkeys(given.type_name for given in self._objects))

    def _of(self, type_name: str) -> list[GivenObject]:
        return [given for given in self._objects if given.type_name == type_name]

    def _common(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset.intersection(*(frozenset(given.fields) for given in self._of(name)))
            for name in self._names()
        }
