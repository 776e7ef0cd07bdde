"""Put together what one request asks of its counts, so that all of it is one decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from federation.extensions.rate_limits.bound_rules import BoundRule, Occurrence
from federation.extensions.rate_limits.decision import Ask, Bucket, Charge, Verdict
from federation.extensions.rate_limits.principals import Caller
from federation.extensions.rate_limits.quota import Quota
from federation.operations.cost import Costs
from schemas.policy import Mode


class Settling(NamedTuple):
    """A charge that is settled when the answer is known."""

    occurrence: Occurrence
    bound: BoundRule
    bucket: int
    amount: int


class Planned(NamedTuple):
    """What is had or refused together: usually one occurrence.

    `inside` is the place of the call inside whose fields it stands (-1: none); `is_outer` says that others stand inside
    this one; it `has_shadow` where a rule of it is in shadow.
    """

    occurrences: tuple[Occurrence, ...]
    inside: int = -1
    is_outer: bool = False
    has_shadow: bool = True


class Call(NamedTuple):
    """A planned call of one request: those of its occurrences that are wanted."""

    occurrences: tuple[Occurrence, ...]
    settlings: tuple[Settling, ...]


@dataclass(slots=True)
class _Group:
    """Calls in a row that charge the same."""

    charges: tuple[Charge, ...]
    calls: list[Call]
    needs: int
    is_outer: bool

    def takes(self, other: "_Group") -> bool:
        """Whether the calls of another can be counted with these; outer ones are told apart one by one."""
        return self.charges == other.charges and self.needs == other.needs and not (self.is_outer or other.is_outer)


class Answered(NamedTuple):
    """One call after the decision; `wait` is 0 unless it was refused itself."""

    call: Call
    is_admitted: bool
    wait: int


@dataclass(slots=True)
class Asking:
    """Collects the calls of one request; those of rules in shadow are counted apart, so that they refuse nothing."""

    caller: Caller
    costs: Costs
    tag: str
    buckets: list[Bucket] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)
    _outer: dict[int, int] = field(default_factory=dict)
    _enforced: list[_Group] = field(default_factory=list)
    _shadowed: list[_Group] = field(default_factory=list)

    def add(self, number: int, planned: Planned, wanted: tuple[Occurrence, ...]) -> None:
        """Add what is wanted of the planned call of this number."""
        needs = self._outer.get(planned.inside, -1)
        enforced = self._add_in(wanted, self._enforced, Mode.ENFORCE, _Group((), [], needs, planned.is_outer))
        if planned.is_outer:
            self._outer[number] = len(self._enforced) - 1 if enforced else needs
        if planned.has_shadow:
            self._add_in(wanted, self._shadowed, Mode.SHADOW, _Group((), [], needs, False))

    @property
    def asks(self) -> list[Ask]:
        """What the counts are asked."""
        return [Ask(len(group.calls), group.charges, group.needs) for group in (*self._enforced, *self._shadowed)]

    def enforced(self, verdict: Verdict) -> Iterator[Answered]:
        """What became of the calls that can be refused."""
        return _answered(self._enforced, verdict, 0)

    def shadowed(self, verdict: Verdict) -> Iterator[Answered]:
        """What would have become of calls, if their rules were not in shadow."""
        return _answered(self._shadowed, verdict, len(self._enforced))

    def enforced_buckets(self) -> set[int]:
        """The counts of which clients are told."""
        return {charge.bucket for group in self._enforced for charge in group.charges}

    def _add_in(self, occurrences: tuple[Occurrence, ...], groups: list[_Group], mode: Mode, made: _Group) -> bool:
        amounts: dict[int, int] = {}
        settlings: list[Settling] = []
        once: set[str] = set()
        for occurrence in occurrences:
            for bound in occurrence.rules:
                if bound.rule.mode is mode:
                    self._charge(occurrence, bound, amounts, settlings, once)
        if not amounts:
            return False
        made.charges = tuple(Charge(bucket, amount) for bucket, amount in amounts.items())
        if not (groups and groups[-1].takes(made)):
            groups.append(made)
        groups[-1].calls.append(Call(occurrences, tuple(settlings)))
        return True

    def _charge(
        self,
        occurrence: Occurrence,
        bound: BoundRule,
        amounts: dict[int, int],
        settlings: list[Settling],
        once: set[str],
    ) -> None:
        amount = occurrence.amount(bound, self.costs, self.caller.variables)
        principal = bound.principal(self.caller, occurrence.fields[0].field)
        for prefix, quota in bound.prefixes:
            key = f"limit:{{{self.tag or principal}}}:{prefix}|{principal}"
            if bound.rule.per == "operation":
                if key in once:
                    continue
                once.add(key)
            bucket = self._place(key, quota, bound.name)
            amounts[bucket] = amounts.get(bucket, 0) + amount
            if bound.is_settled:
                settlings.append(Settling(occurrence, bound, bucket, amount))

    def _place(self, key: str, quota: Quota, name: str) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.buckets)
            self.buckets.append(Bucket(key, quota))
            self.names.append(name)
        return place


def _answered(groups: Sequence[_Group], verdict: Verdict, first: int) -> Iterator[Answered]:
    for number, group in enumerate(groups, first):
        admitted, wait = verdict.admitted[number], verdict.waits[number]
        for place, call in enumerate(group.calls):
            yield Answered(call, place < admitted, 0 if place < admitted else wait)
