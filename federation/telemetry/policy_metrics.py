"""Metrics of what policies decide: by kinds of policies, never by fields or callers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

# The kinds of policies by their classes, as operators call them.
POLICIES = {
    "Authenticated": "authenticated",
    "HasScopes": "scopes",
    "MeetsPolicies": "policies",
    "HasRole": "roles",
    "Owns": "owner",
    "RateLimit": "rate_limit",
    "RequestLimit": "request_limit",
}
OUTCOMES = ("allowed", "denied", "shadowed")


class Decided(Protocol):
    """What knows how policies decided."""

    def totals(self) -> Mapping[tuple[str, str], int]:
        """How often each kind of policy came to each outcome."""


class PolicyMetrics(Collector):
    """What the decisions that `decisions` gives at the time amount to; None while there are none."""

    def __init__(self, decisions: Callable[[], Decided | None]) -> None:
        self._decisions = decisions

    def collect(self) -> Iterator[Metric]:
        """Denied and shadowed fields, and operations of which a kind of policy stopped nothing."""
        text = "Fields and requests that policies denied, or would have, and operations that they let pass"
        counter = CounterMetricFamily("interlace_policy_decisions", text, labels=("policy", "outcome"))
        known = self._decisions()
        totals = known.totals() if known is not None else {}
        for kind, name in POLICIES.items():
            for outcome in OUTCOMES:
                counter.add_metric((name, outcome), totals.get((kind, outcome), 0))
        yield counter
