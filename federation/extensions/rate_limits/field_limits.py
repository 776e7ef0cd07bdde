"""The rate limits of fields: all that an operation asks for is decided in one trip, before anything is fetched."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import random
from typing import Any

from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.asking import Answered, Asking, Call, Planned
from federation.extensions.rate_limits.bound_rules import Occurrence, bind_rules
from federation.extensions.rate_limits.decision import NEVER, Counts, Settlement, Verdict
from federation.extensions.rate_limits.headers import rate_limit_headers, retry_after
from federation.extensions.rate_limits.plan_calls import plan_calls
from federation.extensions.rate_limits.principals import Caller
from federation.extensions.rate_limits.shadow import log_shadowed
from federation.extensions.rate_limits.usual_asking import UsualAsking, usual_asking
from federation.extensions.rate_limits.waits import spread
from federation.operations.cost import Costs
from federation.operations.extension import Denial, OperationRun
from federation.operations.operation import Operation
from schemas.policy import PolicyTable
from schemas.rate_windows import print_window

RATE_LIMITED = "RATE_LIMITED"
SHARED_TAG = "limits"
KIND = "RateLimit"  # as decisions call these policies
KINDS = (KIND,)


@dataclass(frozen=True, slots=True)
class FieldLimits:
    """Guards operations by the rate limits of their fields; `draw` spreads the waits that clients are told.

    What is refused, or would be, is counted in `decisions`.
    """

    policies: PolicyTable
    costs: Costs
    counts: Counts
    draw: Callable[[], float] = field(default=random)
    decisions: Decisions = field(default_factory=Decisions)

    def prepare(self, operation: Operation) -> "OperationLimits | None":
        """The guard of an operation; None where none of its fields has a limit."""
        occurrences = bind_rules(operation, self.policies)
        if not occurrences:
            return None
        is_unconditional = not any(field.conditions for each in occurrences for field in each.fields)
        calls, tag = plan_calls(occurrences), common_tag(self.policies)
        return OperationLimits(self, calls, tag, is_unconditional, usual_asking(calls, tag))


def common_tag(policies: PolicyTable) -> str:
    """The hash tag of all counts; empty when all are counted by the user, whose name then is the tag.

    All counts of a decision have to be on one node of a cluster. Only counts of one user each can be spread.
    """
    keys = {
        rule.keys if rule.per != "client" else ("client",)
        for policy in policies.fields.values()
        for rule in policy.rate_limits
    }
    return "" if keys == {("user",)} else SHARED_TAG


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """The limits of one operation, request by request; all of its fields are wanted where it `is_unconditional`."""

    limits: FieldLimits
    calls: tuple[Planned, ...]
    tag: str
    is_unconditional: bool = False
    usual: UsualAsking | None = None

    async def decide(self, run: OperationRun) -> Sequence[Denial]:
        """Which fields are refused; the headers of the answer say what remains. Raises RateLimitsUnavailable."""
        limits = self.limits
        request, context = run.request, run.context
        caller = Caller(context.identity, request.client_address, request.headers, run.variables)
        gets_all = self.is_unconditional and not run.masked
        usual = self.usual if gets_all else None
        if usual is not None:
            buckets = usual.buckets(caller)
            verdict = await limits.counts.decide(buckets, usual.asks)
            if 0 not in verdict.admitted:
                limits.decisions.allow(KINDS)
                context.answer_headers.extend(rate_limit_headers(buckets, usual.names, verdict, range(len(buckets))))
                return ()
            asking = self._asking(run, caller, gets_all=True)
        else:
            asking = self._asking(run, caller, gets_all=gets_all)
            if not asking.buckets:
                return ()
            verdict = await limits.counts.decide(asking.buckets, asking.asks)
        shadowed = log_shadowed(asking.shadowed(verdict))
        answered = list(asking.enforced(verdict))
        self._count(shadowed, [each.call for each in answered if each.wait])
        context.answer_headers.extend(
            rate_limit_headers(asking.buckets, asking.names, verdict, asking.enforced_buckets())
        )
        self._settle_later(run, asking, verdict, answered)
        return self._denials(run, [each for each in answered if each.wait])

    def _asking(self, run: OperationRun, caller: Caller, *, gets_all: bool) -> Asking:
        asking = Asking(caller, self.limits.costs, self.tag)
        for number, planned in enumerate(self.calls):
            wanted = planned.occurrences
            if not gets_all:
                wanted = tuple(each for each in wanted if any(map(run.is_wanted, each.fields)))
            if wanted:
                asking.add(number, planned, wanted)
        return asking

    def _count(self, shadowed: Mapping[str, int], refused: Sequence[Call]) -> None:
        decisions = self.limits.decisions
        for coordinate, times in shadowed.items():
            decisions.count(coordinate, KIND, "shadowed", times)
        for call in refused:
            for occurrence in call.occurrences:
                decisions.count(occurrence.fields[0].coordinate, KIND, "denied")
        if not shadowed and not refused:
            decisions.allow(KINDS)

    def _denials(self, run: OperationRun, refused: list[Answered]) -> list[Denial]:
        denials: list[Denial] = []
        longest = 0
        for call, _, wait in refused:
            extensions: Mapping[str, Any] = {}
            if wait != NEVER:
                milliseconds = spread(wait, self.limits.draw)
                longest = max(longest, milliseconds)
                extensions = {"retryAfterMs": milliseconds}
            for occurrence in call.occurrences:
                marks = tuple(dict.fromkeys(selected.mark for selected in occurrence.fields))
                denials.append(Denial(marks, RATE_LIMITED, _message(occurrence, wait), extensions))
        if longest:
            run.context.answer_headers.append(retry_after(longest))
        return denials

    def _settle_later(self, run: OperationRun, asking: Asking, verdict: Verdict, answered: list[Answered]) -> None:
        admitted = [call for call, is_admitted, _ in answered if is_admitted]
        admitted += [call for call, is_admitted, _ in asking.shadowed(verdict) if is_admitted]
        if not any(call.settlings for call in admitted):
            return

        async def settle(data: Mapping[str, Any] | None) -> None:
            settlements = [
                Settlement(asking.buckets[bucket], verdict.now, amount, real)
                for occurrence, bound, bucket, amount in _settlings(admitted)
                if (real := occurrence.real(bound, self.limits.costs, data, run.variables)) != amount
            ]
            if settlements:
                await self.limits.counts.settle(settlements)

        run.afterwards.append(settle)


def _settlings(calls: Sequence[Call]) -> list[Any]:
    return [settling for call in calls for settling in call.settlings]


def _message(occurrence: Occurrence, wait: int) -> str:
    texts = ", ".join(
        dict.fromkeys(print_window(window) for bound in occurrence.rules for window in bound.rule.windows)
    )
    coordinate = occurrence.fields[0].coordinate
    if wait == NEVER:
        return f"{coordinate} would count for more than its rate limit ({texts}) ever allows: ask for less at once"
    return f"the rate limit of {coordinate} ({texts}) is reached: ask again later"
