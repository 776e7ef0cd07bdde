"""Find out where objects of several places may be one object: where all fetches treat those places alike."""

from collections.abc import Sequence

from federation.planning.plan import Plan, Step, placed_fetches

Path = Sequence[Step]


def are_alike(plan: Plan, paths: Sequence[Path]) -> bool:
    """Whether each fetch that works at or below one of the paths does the same at all of them.

    Else one object at two places could get, under one key, what two fetches mean by it.
    """
    if len(paths) < 2:
        return True
    placed = [(node.id, tuple(each)) for node, all_paths in placed_fetches(plan) for each in all_paths]
    found = {
        frozenset((number, each[len(path) :]) for number, each in placed if each[: len(path)] == tuple(path))
        for path in paths
    }
    return len(found) == 1
