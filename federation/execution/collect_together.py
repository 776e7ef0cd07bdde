"""Collect in one walk for the fetches that begin at the same moment, whose entities often stand on the same way."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from federation.execution.collect import Collector
from federation.execution.collecting_code import Wanted
from federation.execution.fetching import Run, RunnableFetch
from federation.planning.plan import FetchNode, FlattenNode, Path, PlanNode, SequenceNode, TogetherNode

# From so many steps of a way in common on, one walk is cheaper than two.
LEAST_COMMON_STEPS = 3


class CollectTogether:
    """Presents the entities of several fetches at once, and leaves them in the run for each of the fetches."""

    def __init__(self, fetches: Sequence[RunnableFetch], shared: Iterable[Path]) -> None:
        self._fetches = tuple(fetches)
        wanted = tuple(fetch.wanted for fetch in fetches if fetch.wanted is not None)
        self._collector = Collector(wanted, shared, with_found=False)

    def collect(self, run: Run) -> None:
        """Collect, if all of the fetches will be made: else each does it for itself.

        Nothing is done where that has been done for one of them already, as they stand among others that begin at once.
        """
        if any(fetch.id in run.collected for fetch in self._fetches):
            return
        if all(fetch.is_wanted(run) for fetch in self._fetches):
            try:
                found = self._collector.collect(run.data)
            except TypeError:
                return  # a key is no scalar: each finds out for itself, and takes the careful way
            for fetch, presented in zip(self._fetches, found, strict=True):
                run.collected[fetch.id] = presented


def collect_together(
    nodes: Sequence[PlanNode], made: Mapping[int, RunnableFetch], shared: Iterable[Path]
) -> CollectTogether | None:
    """What collects for the first fetches of nodes that begin at once; None where one walk saves nothing.

    `made` are the plan's fetches by their ids.
    """
    near = on_one_way(nodes, lambda node: made[node.id].wanted)
    return CollectTogether([made[node.id] for node in near], shared) if near else None


def on_one_way(nodes: Sequence[PlanNode], wanted_of: Callable[[FetchNode], Wanted | None]) -> tuple[FetchNode, ...]:
    """The first fetches of nodes that begin at once, of which each has a long way in common with another."""
    firsts = [first for node in nodes for first in _first_fetches(node)]
    ready = [(first, wanted) for first in firsts if (wanted := wanted_of(first)) is not None]
    return tuple(
        first
        for first, wanted in ready
        if any(_common(wanted.paths, other.paths) >= LEAST_COMMON_STEPS for each, other in ready if each is not first)
    )


def _first_fetches(node: PlanNode) -> Iterable[FetchNode]:
    match node:
        case FlattenNode():
            return (node.node,)
        case SequenceNode():
            return _first_fetches(node.nodes[0])
        case TogetherNode():
            return [first for each in node.nodes for first in _first_fetches(each)]
        case _:
            return ()


def _common(paths: Iterable[Path], others: Iterable[Path]) -> int:
    """How many steps two of the paths have in common at most."""
    return max((_common_steps(path, other) for path in paths for other in others), default=0)


def _common_steps(path: Path, other: Path) -> int:
    differing = (number for number, (left, right) in enumerate(zip(path, other, strict=False)) if left != right)
    return next(differing, min(len(path), len(other)))
