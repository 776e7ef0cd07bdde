"""What an operation asks of its counts where that is the same for every request, but for whose counts they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from federation.extensions.rate_limits.asking import Planned
from federation.extensions.rate_limits.bound_rules import BoundRule
from federation.extensions.rate_limits.decision import Ask, Bucket, Charge
from federation.extensions.rate_limits.principals import Caller
from federation.operations.operation import OperationField


@dataclass(frozen=True, slots=True)
class UsualAsking:
    """For operations whose limits each count one call, for themselves: the asks, and the rules by which keys are made.

    It asks what `Asking` would, in the same order.
    """

    asks: tuple[Ask, ...]
    names: tuple[str, ...]
    rules: tuple[tuple[BoundRule, OperationField], ...]
    tag: str

    def buckets(self, caller: Caller) -> list[Bucket]:
        """The counts of this caller."""
        found: list[Bucket] = []
        for bound, field in self.rules:
            principal = bound.principal(caller, field)
            tag = self.tag or principal
            found += [Bucket(f"limit:{{{tag}}}:{prefix}|{principal}", quota) for prefix, quota in bound.prefixes]
        return found


def usual_asking(calls: Sequence[Planned], tag: str) -> UsualAsking | None:
    """None where fields stand inside others with limits, share a count, or count more than one."""
    rules: list[tuple[BoundRule, OperationField]] = []
    asks: list[Ask] = []
    names: list[str] = []
    for planned in calls:
        if planned.is_outer or planned.inside >= 0 or planned.has_shadow or len(planned.occurrences) != 1:
            return None
        (occurrence,) = planned.occurrences
        own = len(names)
        for bound in occurrence.rules:
            if bound.is_settled or bound.rule.per == "operation":
                return None
            rules.append((bound, occurrence.fields[0].field))
            names += [bound.name] * len(bound.prefixes)
        asks.append(Ask(1, tuple(Charge(place, 1) for place in range(own, len(names)))))
    prefixes = [prefix for bound, _ in rules for prefix, _ in bound.prefixes]
    if len(set(prefixes)) < len(prefixes):
        return None
    return UsualAsking(tuple(asks), tuple(names), tuple(rules), tag)
