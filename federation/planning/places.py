"""Where planning stands in the data (positions), in which graph it stands there (places), and how it came (moves)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from federation.planning.graph_index import Entrance
from federation.planning.plan import Each, Key, OnTypes, Step
from federation.planning.want import Want, WantField
from schemas.supergraph import ContextArgument

Slot: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A set of objects in the data, all of the supergraph's type `type_name`.

    `slot` is the sources from the root to it, `path` the steps; `narrowed` says that among the objects at the path
    those of `type_name` are meant, and others may stand beside them.
    """

    slot: Slot
    path: tuple[Step, ...]
    type_name: str
    narrowed: bool = False

    def child(self, source: str, lists: int, type_name: str) -> "Position":
        """What stands under `source`, through so many lists."""
        here = (OnTypes(frozenset({self.type_name})),) if self.narrowed else ()
        steps = (*self.path, *here, Key(source), *(Each(),) * lists)
        return Position((*self.slot, source), steps, type_name)

    def narrow(self, type_name: str) -> "Position":
        """Those objects that are of the type."""
        return Position(self.slot, self.path, type_name, narrowed=True)


@dataclass(frozen=True, slots=True)
class Jump:
    """A call as the search counts it: two that are equal will be one call. `weight` is how many it is counted as."""

    slot: Slot
    graph: str
    depth: int
    weight: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A position as seen in one graph, where the objects are of `type_name`.

    `provided` is what `@provides` allows beyond the graph's own fields; `granted` are fields whose `@requires` are met.
    `jumps` are all calls that it takes to come here, `depth` how many of them one after the other (the root is 0).
    """

    graph: str
    type_name: str
    via: "Move"
    jumps: frozenset[Jump]
    depth: int
    provided: tuple[Want, ...] = ()
    granted: frozenset[str] = frozenset()

    @property
    def cost(self) -> tuple[int, int]:
        """Steps in sequence, then calls."""
        return self.depth, weigh(self.jumps)


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Something wanted at a position that any of `candidates` can give by itself."""

    position: Position
    want: Want
    candidates: tuple[Place, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A leaf, and the place that will give it."""

    position: Position
    want: Want
    place: Place


@dataclass(frozen=True, slots=True)
class FromRoot:
    """The root type of the graph."""


@dataclass(frozen=True, slots=True, eq=False)
class ByField:
    """Through a field, whose value the graph leaves under `source`."""

    parent: Place
    want: WantField
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class ByFragment:
    """To those objects that the graph knows as `on`."""

    parent: Place
    on: str


@dataclass(frozen=True, slots=True, eq=False)
class ContextValue:
    """An argument of a field of `type_name`, and what is read for it of the objects at `position`, further up."""

    type_name: str
    field: str
    argument: ContextArgument
    position: Position
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ByJump:
    """Into another graph (or the same again) by a key.

    `needs` give the key fields, and those of `requires` and `contexts` where the jump is made for a field that has
    them. `typename` is what representations call the objects; empty, when each goes by its own name.
    """

    position: Position
    entrance: Entrance
    needs: tuple[Choice, ...]
    typename: str
    requires: tuple[Want, ...] = ()
    contexts: tuple[ContextValue, ...] = ()


Move: TypeAlias = FromRoot | ByField | ByFragment | ByJump


def weigh(jumps: Iterable[Jump]) -> int:
    """How many calls they count as."""
    return sum(jump.weight for jump in jumps)


def cheapest(places: Sequence[Place]) -> tuple[int, int]:
    """The least cost among the places."""
    return min(place.cost for place in places)
