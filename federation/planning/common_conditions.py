"""Find the conditions under which a whole fetch is wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from federation.planning.groups import Group
from schemas.selection import Condition, Field, Selection

NO_CONDITIONS: frozenset[Condition] = frozenset()


def common_conditions(groups: Sequence[Group]) -> Mapping[Group, frozenset[Condition]]:
    """What all that a group selects is subject to.

    A group that only serves others (with keys, or with what `@requires` names) is wanted when one of them is.
    """
    served: dict[Group, list[Group]] = {}
    for group in groups:
        for before in group.after:
            served.setdefault(before, []).append(group)
    known: dict[Group, frozenset[Condition]] = {}

    def find(group: Group) -> frozenset[Condition]:
        if group not in known:
            known[group] = _shared(_top_fields(group.root.selections()))
            if not group.purposes and not group.leads_on and group in served:
                known[group] |= frozenset.intersection(*(find(other) for other in served[group]))
        return known[group]

    return {group: find(group) for group in groups}


def _shared(fields: Iterable[Field]) -> frozenset[Condition]:
    found = [frozenset(item.conditions) for item in fields]
    return frozenset.intersection(*found) if found else NO_CONDITIONS


def _top_fields(selections: Iterable[Selection]) -> Iterator[Field]:
    for item in selections:
        if isinstance(item, Field):
            yield item
        else:
            yield from _top_fields(item.selections)
