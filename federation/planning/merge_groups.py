"""Merge groups that ask one graph for the same objects, where no step in sequence is added by it."""

from collections.abc import Sequence

from federation.planning.groups import Group, can_join_presenting, join_presenting
from federation.planning.plan import OnTypes, Step


def merge_groups(groups: Sequence[Group]) -> list[Group]:
    """The groups that remain, in their order; the others are absorbed in them."""
    remaining: list[Group] = []
    for group in sorted(groups, key=lambda item: -item.depth):
        target = next((other for other in remaining if _may_absorb(other, group, groups)), None)
        if target is None:
            remaining.append(group)
        else:
            _absorb(target, group, groups)
    return [group for group in groups if group in remaining]


def _may_absorb(target: Group, group: Group, groups: Sequence[Group]) -> bool:
    if not group.presenting or (target.graph, target.slot) != (group.graph, group.slot):
        return False
    # A group on which others wait cannot be put off to a later step; groups of one depth never wait for one another.
    if target.depth != group.depth and any(group in other.after for other in groups):
        return False
    if _join_paths(target.path, group.path) is None:
        return False
    if any(target.contexts.get(name, variable) != variable for name, variable in group.contexts.items()):
        return False
    return can_join_presenting(target.presenting, group.presenting)


def _absorb(target: Group, group: Group, groups: Sequence[Group]) -> None:
    path = _join_paths(target.path, group.path)
    assert path is not None
    target.path = path
    target.root.absorb(group.root)
    join_presenting(target.presenting, group.presenting)
    target.contexts.update(group.contexts)
    target.after.update(group.after)
    target.purposes.update(group.purposes)
    for other in groups:
        if group in other.after:
            del other.after[group]
            other.after[target] = None


def _join_paths(left: tuple[Step, ...], right: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """The path to what stands at either, where they differ in type conditions only."""
    if len(left) != len(right):
        return None
    joined: list[Step] = []
    for ours, theirs in zip(left, right, strict=True):
        if ours == theirs:
            joined.append(ours)
        elif isinstance(ours, OnTypes) and isinstance(theirs, OnTypes):
            joined.append(OnTypes(ours.names | theirs.names))
        else:
            return None
    return tuple(joined)
