"""One address of a service, and what is known of it."""

from typing import Generic, Protocol, TypeVar

from connectors.traffic.latency import BUCKETS


class Link(Protocol):
    """What reaches an address: a pool of connections, a channel."""

    async def close(self) -> None:
        """Close all connections; calls on them fail. Safe to call twice."""


LinkT = TypeVar("LinkT", bound=Link)


class Endpoint(Generic[LinkT]):
    """One address and the link to it. Only its service changes it, on its loop.

    `own_weight` is what is configured or found, `weight` what holds, which operators may decide, and `share` what
    counts now, which is less while the endpoint is new. `in_flight` counts the calls on their way, `failures_in_a_row`
    those since the last success. `latency` (seconds) is a moving mean as of `latency_at`, `credit` what a weighted
    balancer owes it. Where it is ejected, `ejected_until` says how long, and `ejections` how often it was of late;
    `probing` that a call is trying it. `is_healthy` is what health checks say. `warming_since` is when it became new,
    `warmed_at` the last time it did. It `is_draining` when it leaves for good, and `is_set_aside` while operators want
    it to get no calls.
    """

    __slots__ = (
        "address",
        "calls",
        "credit",
        "ejected_until",
        "ejections",
        "failures",
        "failures_in_a_row",
        "in_flight",
        "is_draining",
        "is_healthy",
        "is_set_aside",
        "latency",
        "latency_at",
        "latency_counts",
        "latency_sum",
        "link",
        "own_weight",
        "probing",
        "share",
        "warmed_at",
        "warming_since",
        "weight",
        "zone",
    )

    def __init__(self, address: str, link: LinkT, weight: float = 1.0, zone: str = "") -> None:
        self.address = address
        self.link = link
        self.own_weight = self.weight = weight
        self.zone = zone
        self.share = weight
        self.in_flight = 0
        self.calls = 0
        self.failures = 0
        self.failures_in_a_row = 0
        self.latency = 0.0
        self.latency_at = 0.0
        self.latency_sum = 0.0
        self.latency_counts = [0] * (len(BUCKETS) + 1)
        self.credit = 0.0
        self.ejected_until: float | None = None
        self.ejections = 0
        self.probing = False
        self.warmed_at = 0.0
        self.warming_since: float | None = None
        self.is_healthy = True
        self.is_draining = False
        self.is_set_aside = False

    @property
    def takes_calls(self) -> bool:
        """Whether it may be called at all, at need."""
        return not (self.is_draining or self.is_set_aside)
