"""Choose for each leaf the place that gives it, so that steps in sequence, then calls, are least."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from federation.planning.places import Choice, Jump, Leaf, Place, weigh

# Beyond so many combinations the best one found so far is taken: an operation with dozens of leaves that each can come
# from several graphs is planned well, if not provably best.
MOST_COMBINATIONS = 4_000


def choose(leaves: Sequence[Leaf]) -> tuple[Choice, ...]:
    """One choice for each leaf, in their order. Deterministic."""
    picked: list[Place | None] = [leaf.candidates[0] if len(leaf.candidates) == 1 else None for leaf in leaves]
    jumps: set[Jump] = set()
    depth = 0
    for place in picked:
        if place is not None:
            jumps |= place.jumps
            depth = max(depth, place.depth)
    _take_what_is_free(leaves, picked, frozenset(jumps), depth)
    left = [number for number, place in enumerate(picked) if place is None]
    if left:
        left.sort(key=lambda number: (len(leaves[number].candidates), number))
        found = _Combining([leaves[number].candidates for number in left]).best(frozenset(jumps), depth)
        for number, place in zip(left, found, strict=True):
            picked[number] = place
    return tuple(
        Choice(leaf.position, leaf.want, place) for leaf, place in zip(leaves, picked, strict=True) if place is not None
    )


def _take_what_is_free(leaves: Sequence[Leaf], picked: list[Place | None], jumps: frozenset[Jump], depth: int) -> None:
    """Settle each leaf that calls already needed can give without another step."""
    for number, leaf in enumerate(leaves):
        if picked[number] is None:
            free = [place for place in leaf.candidates if place.jumps <= jumps and place.depth <= depth]
            if free:
                picked[number] = min(free, key=lambda place: place.cost)


@dataclass(slots=True)
class _Combining:
    """Branch and bound over the candidates of the leaves that are still open."""

    candidates: list[tuple[Place, ...]]
    left: int = MOST_COMBINATIONS
    cost: tuple[int, int, int] | None = None
    places: list[Place] = field(default_factory=list)

    def best(self, jumps: frozenset[Jump], depth: int) -> list[Place]:
        self._go_on([], jumps, depth, 0)
        return self.places

    def _go_on(self, taken: list[Place], jumps: frozenset[Jump], depth: int, total: int) -> None:
        cost = (depth, weigh(jumps), total)
        if self.cost is not None and (cost >= self.cost or self.left < 0):
            return
        self.left -= 1
        if len(taken) == len(self.candidates):
            self.cost, self.places = cost, list(taken)
            return
        options = sorted(
            self.candidates[len(taken)],
            key=lambda place: (max(depth, place.depth), weigh(place.jumps - jumps), place.cost),
        )
        for place in options:
            taken.append(place)
            self._go_on(taken, jumps | place.jumps, max(depth, place.depth), total + place.depth)
            taken.pop()
