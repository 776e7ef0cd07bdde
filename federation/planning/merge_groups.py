"""Merge groups that can be one call, where no step in sequence is added by it.

Those that ask one graph for the same objects become one, whatever each asks. So do those that ask exactly the same of
objects that stand at different places.
"""

from collections.abc import Hashable, Sequence

from federation.planning.groups import Group, can_join_presenting, join_presenting
from federation.planning.places import Slot
from federation.planning.plan import OnTypes, Step


def merge_groups(groups: Sequence[Group]) -> list[Group]:
    """The groups that remain, in their order; the others are absorbed in them."""
    remaining: dict[Group, None] = {}
    alike: dict[tuple[str, Slot], list[Group]] = {}
    for group in sorted(groups, key=lambda item: -item.depth):
        same = alike.setdefault((group.graph, group.slot), [])
        target = next((other for other in same if _may_absorb(other, group)), None)
        if target is None:
            same.append(group)
            remaining[group] = None
        else:
            _absorb(target, group)
    return _merge_equal([group for group in groups if group in remaining])


def _merge_equal(groups: Sequence[Group]) -> list[Group]:
    """Merge those that ask the same of objects at different places."""
    remaining: dict[Group, dict[tuple[Step, ...], None]] = {}
    alike: dict[Hashable, list[Group]] = {}
    for group in sorted(groups, key=lambda item: -item.depth):
        may_merge = group.presenting and not group.contexts and group.rule is None
        same = alike.setdefault(_question(group), []) if may_merge else []
        target = next((other for other in same if may_wait(group, other)), None)
        if target is None:
            same.append(group)
            remaining[group] = dict.fromkeys(group.paths)
        else:
            remaining[target].update(dict.fromkeys(group.paths))
            take_over(target, group)
    for group, paths in remaining.items():
        group.paths = tuple(paths)
    return [group for group in groups if group in remaining]


def _question(group: Group) -> Hashable:
    presented = frozenset(
        (
            item.typename,
            item.possible_types,
            frozenset(item.fields.values()),
            frozenset(item.fragments),
            frozenset(item.required),
        )
        for item in group.presenting
    )
    return group.graph, presented, group.root.identity()


def may_wait(group: Group, target: Group) -> bool:
    """Whether a group can be put off to the step of another; groups of one depth never wait for one another."""
    return target.depth == group.depth or not group.awaited_by


def _may_absorb(target: Group, group: Group) -> bool:
    if not group.presenting or target.rule != group.rule:
        return False
    if not may_wait(group, target) or _join_paths(target.paths[0], group.paths[0]) is None:
        return False
    if any(target.contexts.get(name, variable) != variable for name, variable in group.contexts.items()):
        return False
    return can_join_presenting(target.presenting, group.presenting)


def _absorb(target: Group, group: Group) -> None:
    path = _join_paths(target.paths[0], group.paths[0])
    assert path is not None
    target.paths = (path,)
    target.root.absorb(group.root)
    join_presenting(target.presenting, group.presenting)
    target.contexts.update(group.contexts)
    take_over(target, group)


def take_over(target: Group, group: Group) -> None:
    """Wait for what the group waited for, and be waited for in its stead."""
    for before in group.after:
        target.wait_for(before)
    target.purposes.update(group.purposes)
    target.tells_types |= group.tells_types
    target.leads_on |= group.leads_on
    target.decides |= group.decides
    for other in group.awaited_by:
        if group in other.after:
            del other.after[group]
            other.wait_for(target)


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
