"""Find out which fetches may start from the entities that an earlier one has found, and need not look for them."""

from collections.abc import Mapping, Sequence

from federation.planning.plan import (
    ConditionNode,
    FetchNode,
    FlattenNode,
    ParallelNode,
    Path,
    Plan,
    PlanNode,
    SequenceNode,
    TogetherNode,
)

Found = tuple[int, frozenset[Path]]


def earlier_fetches(plan: Plan) -> Mapping[int, Found]:
    """For the id of each such fetch the id and paths of the one that it may start from: the one with most paths."""
    starts: dict[int, Found] = {}
    if plan.root is not None:
        _visit(plan.root, (), starts)
    return starts


def _visit(node: PlanNode, before: Sequence[Found], starts: dict[int, Found]) -> list[Found]:
    """The fetches in a node that runs when all those `before` have found their entities."""
    match node:
        case FetchNode():
            return []
        case FlattenNode(_, fetching) if not fetching.fetch.representations:
            return []  # it asks the root, and presents nothing
        case FlattenNode(paths, fetching):
            mine = frozenset(paths)
            usable = [found for found in before if found[1] <= mine]
            if usable:
                starts[fetching.id] = max(usable, key=lambda found: len(found[1]))
            return [(fetching.id, mine)]
        case SequenceNode(nodes):
            made: list[Found] = []
            for each in nodes:
                made.extend(_visit(each, (*before, *made), starts))
            return made
        case ParallelNode(nodes) | TogetherNode(nodes):
            return [found for each in nodes for found in _visit(each, before, starts)]
        case ConditionNode(_, inner):
            return _visit(inner, before, starts)
