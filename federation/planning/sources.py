"""Name what fetches leave in the gathered data, so that nothing overwrites anything else.

A client's field goes by the client's own key where that can be. Two fields at one slot that a subgraph would not accept
under one key (differing shapes, GraphQL specification section 5.3.2), and key fields whose name the client has given to
something else, get an internal alias.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from federation.planning.graph_index import GraphIndex, Profile
from federation.planning.places import Slot
from federation.planning.want import WantField
from schemas.selection import Argument, print_arguments


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a source stands for on objects of some types."""

    name: str
    arguments: str
    profile: Profile
    types: frozenset[str]

    def agrees(self, other: "_Meaning") -> bool:
        """Whether both may stand under one key."""
        if (self.name, self.arguments) != (other.name, other.arguments) and self.types & other.types:
            return False
        return all(len(kinds | other.profile.get(graph, kinds)) == 1 for graph, kinds in self.profile.items())


class SourceNames:
    """The sources of one operation. Clients' fields must be named first, so that they keep their keys."""

    def __init__(self, index: GraphIndex) -> None:
        self._index = index
        self._taken: dict[Slot, dict[str, list[_Meaning]]] = {}

    def name_wanted(self, slot: Slot, parent: str, key: str, field: str, arguments: tuple[Argument, ...]) -> str:
        """The source of a client's field that the client calls `key`."""
        return self._name(slot, key, self._meaning(parent, field, arguments))

    def name_needed(self, slot: Slot, parent: str, want: WantField) -> str:
        """The source of a field: as named before, or else for one that a key or `@requires` needs."""
        if want.source is not None:
            return want.source
        return self._name(slot, want.name, self._meaning(parent, want.name, want.arguments))

    def _meaning(self, parent: str, field: str, arguments: tuple[Argument, ...]) -> _Meaning:
        types = self._index.seen_as_one(parent, field)
        return _Meaning(field, print_arguments(arguments), self._index.profile(parent, field), types)

    def _name(self, slot: Slot, key: str, meaning: _Meaning) -> str:
        taken = self._taken.setdefault(slot, {})
        for name in _names(key):
            held = taken.get(name)
            if held is None:
                taken[name] = [meaning]
                return name
            if meaning in held:
                return name
            if all(meaning.agrees(other) for other in held):
                held.append(meaning)
                return name
        raise AssertionError("there is always another name")


def _names(key: str) -> Iterable[str]:
    yield key
    number = 0
    while True:
        number += 1
        yield f"_{number}_{key}"
