"""What one graph can give by itself: of one field, of a whole selection, and where its fields lead."""

import re
from collections.abc import Iterable

from federation.planning.field_sets import read_field_set
from federation.planning.graph_index import GraphIndex
from federation.planning.places import ByField, ByFragment, Place
from federation.planning.want import Want, WantField, WantFragment
from schemas.supergraph import GraphField

_NAME = re.compile(r"\w+")
NOTHING: frozenset[str] = frozenset()


def named_type(text: str) -> str:
    """The type's name in `"[Order!]!"`."""
    match = _NAME.search(text)
    assert match, text
    return match.group()


class Giving:
    """Answers for one operation; remembers, since search asks the same again and again."""

    def __init__(self, index: GraphIndex) -> None:
        self._index = index
        self._known: dict[tuple[str, str, Want], bool] = {}

    def gives(self, place: Place, want: Want) -> bool:
        """Whether the place's graph gives all of it, nested selections included, without any other call."""
        return self.gives_here(place.graph, place.type_name, want, place.provided, place.granted)

    def gives_here(
        self,
        graph: str,
        type_name: str,
        want: Want,
        provided: tuple[Want, ...] = (),
        granted: frozenset[str] = NOTHING,
    ) -> bool:
        """The same for objects that the graph knows as `type_name`."""
        if provided or granted:
            return self._gives(graph, type_name, want, provided, granted)
        key = (graph, type_name, want)
        if key not in self._known:
            self._known[key] = self._gives(graph, type_name, want, (), NOTHING)
        return self._known[key]

    def _gives(
        self, graph: str, type_name: str, want: Want, provided: tuple[Want, ...], granted: frozenset[str]
    ) -> bool:
        if isinstance(want, WantFragment):
            if self._index.is_interface_object(graph, type_name):
                return False
            relevant = self.relevant(graph, type_name, want.on)
            return all(self.gives_here(graph, name, item, provided) for name in relevant for item in want.selections)
        if want.name == "__typename":
            return not self._index.is_interface_object(graph, type_name)
        if not self.holds_here(graph, type_name, want, provided, granted):
            return self._gives_by_type(graph, type_name, want, provided)
        field = self.field(graph, type_name, want.name)
        inner = self.provided_below(field, provided, type_name)
        return all(self.gives_here(graph, named_type(field.type), item, inner) for item in want.selections)

    def _gives_by_type(self, graph: str, type_name: str, want: WantField, provided: tuple[Want, ...]) -> bool:
        if not self._index.is_abstract_in(graph, type_name):
            return False
        names = self._index.possible_in(graph, type_name)
        return bool(names) and all(self.gives_here(graph, name, want, provided) for name in names)

    def holds(self, place: Place, want: WantField) -> bool:
        """Whether the place's graph resolves the field itself, whatever of its selections."""
        return self.holds_here(place.graph, place.type_name, want, place.provided, place.granted)

    def holds_here(
        self, graph: str, type_name: str, want: WantField, provided: tuple[Want, ...], granted: frozenset[str]
    ) -> bool:
        """The same for objects that the graph knows as `type_name`."""
        if self._index.resolves(graph, type_name, want.name):
            return True
        if self._index.field_in(graph, type_name, want.name) is None:
            return False
        return want.name in granted or any(True for _ in self._provisions(provided, type_name, want.name))

    def field(self, graph: str, type_name: str, name: str) -> GraphField:
        """The field as the graph defines it; it must."""
        field = self._index.field_in(graph, type_name, name)
        assert field is not None, (graph, type_name, name)
        return field

    def through(self, place: Place, want: WantField, source: str) -> Place:
        """The place to which a field leads that the place holds."""
        field = self.field(place.graph, place.type_name, want.name)
        return Place(
            graph=place.graph,
            type_name=named_type(field.type),
            via=ByField(place, want, source),
            jumps=place.jumps,
            depth=place.depth,
            provided=self.provided_below(field, place.provided, place.type_name),
        )

    def narrow(self, place: Place, type_name: str) -> Place | None:
        """The place for objects of one object type; None when the graph never has such an object there."""
        if place.type_name == type_name or self._index.is_interface_object(place.graph, place.type_name):
            return place
        if type_name not in self._index.possible_in(place.graph, place.type_name):
            return None
        via = ByFragment(place, type_name)
        return Place(place.graph, type_name, via, place.jumps, place.depth, place.provided, place.granted)

    def relevant(self, graph: str, type_name: str, on: str) -> list[str]:
        """The object types `on` that a value of `type_name` can have when it comes from the graph."""
        return sorted(self._index.possible_in(graph, type_name) & self._index.possible_types.get(on, NOTHING))

    def provided_below(self, field: GraphField, provided: tuple[Want, ...], type_name: str) -> tuple[Want, ...]:
        """What `@provides` allows of the field's value."""
        found = list(read_field_set(field.provides)) if field.provides else []
        for provision in self._provisions(provided, type_name, field.name):
            found.extend(provision.selections)
        return tuple(found)

    def _provisions(self, provided: tuple[Want, ...], type_name: str, name: str) -> Iterable[WantField]:
        for item in provided:
            if isinstance(item, WantFragment):
                if type_name in self._index.possible_types.get(item.on, NOTHING) or type_name == item.on:
                    yield from self._provisions(item.selections, type_name, name)
            elif item.name == name:
                yield item
