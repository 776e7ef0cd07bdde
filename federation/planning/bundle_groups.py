"""Put groups that ask one graph different questions at the same step beside one another, in one call."""

from collections.abc import Callable, Mapping, Sequence

from federation.planning.groups import Group
from federation.planning.merge_groups import may_wait, take_over
from schemas.selection import Condition


def bundle_groups(
    groups: Sequence[Group], common: Mapping[Group, frozenset[Condition]], takes_several: Callable[[str], bool]
) -> list[Group]:
    """The groups that remain, in their order; the others stand beside them.

    `takes_several` says of a graph whether several questions can go to it in one call. Groups that have conditions in
    `common` stay by themselves.
    """
    remaining: dict[Group, None] = {}
    calls: dict[str, list[Group]] = {}
    for group in sorted(groups, key=lambda item: -item.depth):
        if not group.presenting or group.contexts or common[group] or not takes_several(group.graph):
            remaining[group] = None
            continue
        others = calls.setdefault(group.graph, [])
        target = next((other for other in others if may_wait(group, other)), None)
        if target is None:
            others.append(group)
            remaining[group] = None
        else:
            target.beside.append(group)
            take_over(target, group)
    return [group for group in groups if group in remaining]
