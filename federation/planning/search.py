"""Find for everything that an operation wants the places in the query graph that can give it.

The nodes of the query graph are (type, graph), its edges fields, type conditions and keys. Search walks it from the
places at hand, together for all places of a position, so that objects which several graphs hold are seen as one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from federation.planning.ancestors import Ancestors
from federation.planning.budget import Budget
from federation.planning.choose import choose
from federation.planning.circles import Circles
from federation.planning.errors import FieldUnreachable
from federation.planning.giving import Giving
from federation.planning.graph_index import Entrance, GraphIndex
from federation.planning.places import ByJump, ContextValue, Jump, Leaf, Place, Position, cheapest
from federation.planning.sources import SourceNames
from federation.planning.want import TYPENAME, Want, WantField, WantFragment, has_rules
from schemas.supergraph import GraphField

# How deep inside a key's own nested fields further keys are followed. Keys that need keys are rare; those that need
# keys that need keys would let the search run in circles.
MOST_NESTED_KEYS = 1


@dataclass(frozen=True, slots=True)
class _Granting:
    """A field that a jump is made for, and what has to be brought for it."""

    field: GraphField
    requires: tuple[Want, ...]
    contexts: tuple[ContextValue, ...]


class Search:
    """The search for one operation. Without `ancestors`, what fields take from contexts is taken for granted."""

    def __init__(
        self,
        index: GraphIndex,
        giving: Giving,
        sources: SourceNames,
        budget: Budget,
        ancestors: Ancestors | None = None,
    ) -> None:
        self._ancestors = ancestors
        self._index = index
        self._giving = giving
        self._sources = sources
        self._budget = budget
        self._circles = Circles()

    def leaves(
        self, position: Position, places: Sequence[Place], wants: Iterable[Want], nested_keys: int = MOST_NESTED_KEYS
    ) -> list[Leaf]:
        """The leaves of the wants, each with every place worth choosing. Raises FieldUnreachable."""
        found: list[Leaf] = []
        for want in wants:
            self._budget.spend()
            local = None if has_rules(want) else self._local(position, places, want)
            if local:
                found.append(local)
            elif isinstance(want, WantFragment):
                found.extend(self._by_type(position, places, want.on, want.selections, nested_keys))
            else:
                found.extend(self._field(position, places, want, nested_keys))
        return found

    def _local(self, position: Position, places: Sequence[Place], want: Want) -> Leaf | None:
        """A leaf, when one of the cheapest places gives the whole want."""
        least = cheapest(places)
        giving = tuple(place for place in places if place.cost == least and self._giving.gives(place, want))
        return Leaf(position, want, giving) if giving else None

    def _by_type(
        self, position: Position, places: Sequence[Place], on: str, wants: Sequence[Want], nested_keys: int
    ) -> list[Leaf]:
        """The leaves of wants for objects of type `on`, one object type after the other."""
        possible = self._index.possible_types
        found: list[Leaf] = []
        places = self.typed(position, places, nested_keys)
        for name in sorted(possible[on] & possible[position.type_name]):
            narrowed = [place for item in places if (place := self._giving.narrow(item, name))]
            if narrowed:
                inner = position if position.type_name == name else position.narrow(name)
                found.extend(self.leaves(inner, narrowed, wants, nested_keys))
        if found and position.type_name not in possible[position.type_name]:
            found.extend(self.leaves(position, places, [TYPENAME], nested_keys))
        return found

    def typed(
        self, position: Position, places: Sequence[Place], nested_keys: int = MOST_NESTED_KEYS
    ) -> Sequence[Place]:
        """The places, and if none of them knows what its objects are, those that keys lead to and that do."""
        if any(self._giving.gives(place, TYPENAME) for place in places):
            return places
        # Interface objects do not know what they are.
        reached = self.reachable(position, places, nested_keys)
        return [*places, *(place for place in reached if self._giving.gives(place, TYPENAME))]

    def holders(
        self, position: Position, places: Sequence[Place], want: WantField, nested_keys: int = MOST_NESTED_KEYS
    ) -> list[Place]:
        """All places, reached by whatever keys and `@requires`, at which the field itself can be had."""
        reached = [*self.reachable(position, places, nested_keys)]
        reached += self._by_requires(position, places, want, nested_keys)
        return [place for place in reached if self._giving.holds(place, want)]

    def _field(self, position: Position, places: Sequence[Place], want: WantField, nested_keys: int) -> list[Leaf]:
        reached = [*self.reachable(position, places, nested_keys)]
        reached += self._by_requires(position, places, want, nested_keys)
        holders = [place for place in reached if self._giving.holds(place, want)]
        giving = tuple(place for place in reached if self._giving.gives(place, want))
        if giving and (not holders or cheapest(giving) <= cheapest(holders)):
            return [Leaf(position, want, giving)]
        if holders and want.selections:
            return self._through(position, holders, want, nested_keys)
        if giving:
            return [Leaf(position, want, giving)]
        possible = self._index.possible_types[position.type_name]
        if position.type_name not in possible:
            found = self._by_type(position, places, position.type_name, [want], nested_keys)
            if found:
                return found
        raise FieldUnreachable(
            f"'{position.type_name}.{want.name}' cannot be reached from here: no chain of keys leads to a subgraph "
            "that gives it"
        )

    def _through(self, position: Position, holders: Sequence[Place], want: WantField, nested_keys: int) -> list[Leaf]:
        source = self._sources.name_needed(position.slot, position.type_name, want)
        field = self._giving.field(holders[0].graph, holders[0].type_name, want.name)
        child = position.child(source, field.type.count("["), self._index.child_type(position.type_name, want.name))
        below = [self._giving.through(place, want, source) for place in holders]
        if self._ancestors is None:
            return self._below(child, below, want, nested_keys)
        with self._ancestors.below(position, holders):
            return self._below(child, below, want, nested_keys)

    def _below(self, child: Position, below: Sequence[Place], want: WantField, nested_keys: int) -> list[Leaf]:
        return self.leaves(child, below, want.selections, nested_keys) or self.leaves(child, below, [TYPENAME])

    def reachable(self, position: Position, places: Sequence[Place], nested_keys: int) -> tuple[Place, ...]:
        """The places, and all others to which keys lead from them, by as few steps as possible."""
        spread = partial(self._spread, position, places, nested_keys)
        return self._circles.find(position, (tuple(places), nested_keys), spread)

    def _spread(self, position: Position, places: Sequence[Place], nested_keys: int) -> tuple[Place, ...]:
        reached = list(places)
        # Into a graph where we are already a key leads to nothing new, save to what that entrance alone provides. It
        # may lead there sooner, though, than a place that was itself reached by a longer way.
        depth = min(place.depth for place in places)
        known = {(place.graph, place.type_name) for place in places if place.depth <= depth + 1}
        ways = [
            way
            for way in self._index.entrances(position.type_name)
            if way.provided or (way.graph, way.type_name) not in known
        ]
        while ways and depth <= max(place.depth for place in reached):
            at_hand = [place for place in reached if place.depth <= depth]
            entered: dict[tuple[str, str], list[Place]] = {}
            for way in ways:
                self._budget.spend()
                place = self._enter(position, at_hand, way, nested_keys)
                if place is not None:
                    entered.setdefault((way.graph, way.type_name), []).append(place)
            for found in entered.values():
                least = cheapest(found)
                reached.extend(place for place in found if place.cost == least)
            ways = [way for way in ways if (way.graph, way.type_name) not in entered]
            depth += 1
        return tuple(reached)

    def _enter(self, position: Position, reached: Sequence[Place], way: Entrance, nested_keys: int) -> Place | None:
        """The place behind an entrance, when the places reached so far give its key."""
        if not self._fits(position, reached, way):
            return None
        leaves = self._key(position, reached, way, nested_keys)
        return None if leaves is None else self._jump(position, reached, way, leaves)

    def _key(self, position: Position, reached: Sequence[Place], way: Entrance, nested_keys: int) -> list[Leaf] | None:
        """The leaves of an entrance's key, with the objects' type where it decides which of them go in."""
        wants = (TYPENAME, *way.fields) if position.narrowed else way.fields
        return self._covered(position, reached, wants, nested_keys)

    def _fits(self, position: Position, reached: Sequence[Place], way: Entrance) -> bool:
        """Whether every object that can stand here is one that the entrance knows."""
        if self._index.is_interface_object(way.graph, way.type_name):
            return True
        known = self._index.possible_in(way.graph, way.type_name)
        for place in reached:
            if self._index.is_interface_object(place.graph, place.type_name):
                possible = self._index.possible_types[position.type_name]
            else:
                possible = self._index.possible_in(place.graph, place.type_name)
            if not possible & self._index.possible_types[position.type_name] <= known:
                return False
        return True

    def _jump(
        self,
        position: Position,
        reached: Sequence[Place],
        way: Entrance,
        leaves: list[Leaf],
        granting: _Granting | None = None,
    ) -> Place:
        typename = way.type_name
        if position.type_name not in self._index.possible_types[position.type_name]:
            own = None
            if not self._index.is_interface_object(way.graph, way.type_name):
                own = self._covered(position, reached, (TYPENAME,), 0)
            if own is not None:
                typename, leaves = "", leaves + own
        needs = choose(leaves)
        depth = 1 + max(need.place.depth for need in needs)
        weight = self._index.weight(way.graph) if way.key else 1
        jumps = frozenset({Jump(position.slot, way.graph, depth, weight)}).union(*(need.place.jumps for need in needs))
        return Place(
            graph=way.graph,
            type_name=way.type_name,
            via=ByJump(
                position,
                way,
                needs,
                typename,
                granting.requires if granting else (),
                granting.contexts if granting else (),
            ),
            jumps=jumps,
            depth=depth,
            provided=way.provided,
            granted=frozenset({granting.field.name}) if granting else frozenset(),
        )

    def _covered(
        self, position: Position, reached: Sequence[Place], wants: Sequence[Want], nested_keys: int
    ) -> list[Leaf] | None:
        """The leaves of a key's fields, from places reached already; None when they do not give all of it."""
        found: list[Leaf] = []
        for want in wants:
            giving = tuple(place for place in reached if self._giving.gives(place, want))
            if giving:
                least = cheapest(giving)
                found.append(Leaf(position, want, tuple(place for place in giving if place.cost == least)))
                continue
            holders = [place for place in reached if isinstance(want, WantField) and self._giving.holds(place, want)]
            if not holders or not nested_keys or not isinstance(want, WantField) or not want.selections:
                return None
            try:
                found.extend(self._through(position, holders, want, nested_keys - 1))
            except FieldUnreachable:
                return None
        return found

    def _by_requires(
        self, position: Position, places: Sequence[Place], want: WantField, nested_keys: int
    ) -> list[Place]:
        """The places at which a field can be had since what it requires or takes from a context was fetched before."""
        found: list[Place] = []
        above = self._ancestors.above if self._ancestors else ()
        for way in self._index.entrances(position.type_name):
            field = self._index.requiring_field(way.graph, way.type_name, want.name)
            goal = (position, way.graph, want.name)
            if field is None or self._circles.closes(goal):
                continue
            circumstances = (way.type_name, way.key, tuple(places), nested_keys, above)
            enter = partial(self._enter_with, position, places, way, field, nested_keys)
            place = self._circles.find(goal, circumstances, enter)
            if place is not None:
                found.append(place)
        return found

    def _enter_with(
        self, position: Position, places: Sequence[Place], way: Entrance, field: GraphField, nested_keys: int
    ) -> Place | None:
        try:
            return self._jump_for(position, places, way, field, nested_keys)
        except FieldUnreachable:
            return None

    def _jump_for(
        self, position: Position, places: Sequence[Place], way: Entrance, field: GraphField, nested_keys: int
    ) -> Place | None:
        """Raises FieldUnreachable."""
        reached = self.reachable(position, places, nested_keys)
        key = self._key(position, reached, way, nested_keys)
        if key is None:
            return None
        requires = self._index.required_by(field)
        leaves = self.leaves(position, places, requires, nested_keys)
        contexts: list[ContextValue] = []
        if self._ancestors is not None:
            for argument in field.context_arguments:
                ancestor, value = self._ancestors.value(way.type_name, field.name, argument)
                contexts.append(value)
                with self._ancestors.at(ancestor):
                    leaves += self.leaves(ancestor.position, ancestor.places, value.wants, nested_keys)
        return self._jump(position, reached, way, key + leaves, _Granting(field, requires, tuple(contexts)))
