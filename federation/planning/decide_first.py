"""Put off what is for some objects only until it is known which these are."""

from collections.abc import Iterable, Sequence

from federation.planning.groups import Group
from federation.planning.places import Slot


def decide_first(groups: Sequence[Group], ruled: frozenset[Slot]) -> None:
    """Let groups wait for those that decide about their objects, or about what leads to their objects.

    `ruled` are the slots of what some objects give and others do not. What would wait for itself waits for nothing: it
    is decided there once everything has come.
    """
    deciding: dict[Slot, list[Group]] = {}
    for group in groups:
        for slot in group.decides:
            deciding.setdefault(slot, []).append(group)
    for group in groups:
        for slot in _decided_before(group, ruled):
            for other in deciding.get(slot, ()):
                if not _waits_for(other, group):
                    group.wait_for(other)
    _deepen(groups)


def _decided_before(group: Group, ruled: frozenset[Slot]) -> Iterable[Slot]:
    slot = group.slot
    above = [slot[: length - 1] for length in range(1, len(slot) + 1) if slot[:length] in ruled]
    return above if group.rule is None else (*above, slot)


def _waits_for(group: Group, other: Group) -> bool:
    """Whether the group is the other, or comes after it."""
    seen: set[Group] = set()
    waiting = [group]
    while waiting:
        each = waiting.pop()
        if each is other:
            return True
        if each not in seen:
            seen.add(each)
            waiting.extend(each.after)
    return False


def _deepen(groups: Iterable[Group]) -> None:
    """Count the steps anew: groups of one depth never wait for one another."""
    waiting = list(groups)
    while waiting:
        group = waiting.pop()
        depth = max((1 + before.depth for before in group.after), default=0)
        if depth > group.depth:
            group.depth = depth
            waiting.extend(group.awaited_by)
