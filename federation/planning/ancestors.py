"""What stands above the objects that a search looks at, for fields that take arguments from there (`@fromContext`)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from federation.planning.errors import FieldUnreachable
from federation.planning.field_sets import read_field_set
from federation.planning.graph_index import GraphIndex
from federation.planning.places import ContextValue, Place, Position
from federation.planning.want import TYPENAME, Want, WantFragment
from schemas.supergraph import ContextArgument


@dataclass(frozen=True, slots=True)
class Ancestor:
    """Objects on the way from the root, and the places at which they are at hand."""

    position: Position
    places: tuple[Place, ...]


class Ancestors:
    """The objects from the root to where one search stands at the moment; search alone changes it."""

    def __init__(self, index: GraphIndex) -> None:
        self._index = index
        self._above: list[Ancestor] = []

    @property
    def above(self) -> tuple[Ancestor, ...]:
        """From the root to here."""
        return tuple(self._above)

    @contextmanager
    def below(self, position: Position, places: Sequence[Place]) -> Iterator[None]:
        """Look at what stands under the objects at the position."""
        self._above.append(Ancestor(position, tuple(places)))
        try:
            yield
        finally:
            self._above.pop()

    @contextmanager
    def at(self, ancestor: Ancestor) -> Iterator[None]:
        """Look at the ancestor itself, as if nothing stood below it."""
        saved = self._above
        self._above = saved[: saved.index(ancestor)]
        try:
            yield
        finally:
            self._above = saved

    def value(self, type_name: str, field: str, argument: ContextArgument) -> tuple[Ancestor, ContextValue]:
        """The nearest ancestor that sets the argument's context, and what is read of it. Raises FieldUnreachable."""
        for ancestor in reversed(self._above):
            position = ancestor.position
            if self._index.sets_context(position.type_name, argument.context):
                wants = tuple(self._wants(position.type_name, read_field_set(argument.selection)))
                return ancestor, ContextValue(type_name, field, argument, position, wants)
        raise FieldUnreachable(
            f"'{type_name}.{field}' takes its argument '{argument.name}' from the context '{argument.context}', and no "
            "object above it sets that"
        )

    def _wants(self, type_name: str, selection: Sequence[Want]) -> Iterator[Want]:
        """What the selection wants of objects of the type: type conditions that always hold are not written."""
        possible = self._index.possible_types[type_name]
        for want in selection:
            if not isinstance(want, WantFragment):
                yield want
            elif possible <= self._index.possible_types.get(want.on, frozenset()):
                yield from self._wants(type_name, want.selections)
            elif possible & self._index.possible_types.get(want.on, frozenset()):
                yield TYPENAME
                yield want
