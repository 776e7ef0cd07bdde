"""Arrange groups in sequence and in parallel, so that each comes after those that it waits for, and no later."""

from collections.abc import Callable, Sequence

from federation.planning.groups import Group
from federation.planning.plan import ParallelNode, PlanNode, SequenceNode


def arrange(groups: Sequence[Group], make: Callable[[Group], PlanNode]) -> PlanNode | None:
    """The tree of all groups; None when there are none."""
    if not groups:
        return None
    parts = _components(groups)
    if len(parts) > 1:
        return in_parallel([node for part in parts if (node := _arrange_connected(part, make)) is not None])
    return _arrange_connected(groups, make)


def _arrange_connected(groups: Sequence[Group], make: Callable[[Group], PlanNode]) -> PlanNode | None:
    inside = set(groups)
    first = [group for group in groups if not inside.intersection(group.after)]
    rest = [group for group in groups if group not in first]
    now = in_parallel([make(group) for group in first])
    then = arrange(rest, make)
    return now if then is None else in_sequence([now, then])


def in_parallel(nodes: Sequence[PlanNode]) -> PlanNode:
    """One node for several that need not wait for one another."""
    flat: list[PlanNode] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, ParallelNode) else (node,))
    return flat[0] if len(flat) == 1 else ParallelNode(tuple(flat))


def in_sequence(nodes: Sequence[PlanNode]) -> PlanNode:
    """One node for several of which each waits for those before it."""
    flat: list[PlanNode] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, SequenceNode) else (node,))
    return flat[0] if len(flat) == 1 else SequenceNode(tuple(flat))


def _components(groups: Sequence[Group]) -> list[list[Group]]:
    """The groups by what is tied together by waiting, directly or not."""
    number = {group: position for position, group in enumerate(groups)}
    leader = list(range(len(groups)))

    def find(position: int) -> int:
        while leader[position] != position:
            leader[position] = leader[leader[position]]
            position = leader[position]
        return position

    for group in groups:
        for before in group.after:
            if before in number:
                leader[max(find(number[group]), find(number[before]))] = min(find(number[group]), find(number[before]))
    parts: dict[int, list[Group]] = {}
    for group in groups:
        parts.setdefault(find(number[group]), []).append(group)
    return list(parts.values())
