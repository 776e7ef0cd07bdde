"""Metrics of the cache: how often it helped, and how often it did not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

COUNTERS = {
    "hits": "Entries that were in memory",
    "stale_hits": "Those of them that were stale",
    "misses": "Entries that were not in memory",
    "shared_hits": "Those of them that the shared store had",
    "joined": "Those of them that were being fetched already",
    "passed_by": "Calls that nothing allows to answer from the cache",
    "calls_saved": "Calls that were not made",
    "stored": "Entries that were kept",
    "not_stored": "Entries that were fetched and not kept: failed, or forbidden by the service",
    "refreshes": "Entries that were fetched anew before they ended",
    "rescued": "Stale entries that stood in for failed calls",
    "invalidations": "Invalidations",
    "store_failures": "How often the shared store was away",
    "answer_hits": "Whole answers from the cache",
    "fallback_values": "Last values that stood in for fields whose service failed",
    "fallback_defaults": "Defaults that did",
}
NOT_CACHED = ("after_mutation", "any_header", "undeclared", "forbidden", "failed")


class Totals(Protocol):
    """What a cache has counted."""

    def as_mapping(self) -> Mapping[str, int]:
        """The totals by name."""


class CountedCache(Protocol):
    """A cache that knows what it did, and how large it is."""

    @property
    def counters(self) -> Totals:
        """What it did."""

    @property
    def not_cached(self) -> Mapping[str, int]:
        """How often it did not help, by reason."""

    @property
    def bytes_used(self) -> int:
        """How much memory the entries take."""


class CacheMetrics(Collector):
    """What the cache that `cache` gives at the time has counted; nothing while there is none."""

    def __init__(self, cache: Callable[[], CountedCache | None]) -> None:
        self._cache = cache

    def collect(self) -> Iterator[Metric]:
        """The totals, and the bytes that entries take."""
        cache = self._cache()
        if cache is None:
            return
        totals = cache.counters.as_mapping()
        for name, text in COUNTERS.items():
            yield CounterMetricFamily(f"interlace_cache_{name}", text, value=totals[name])
        text = "Calls that were not answered from the cache, or whose answers were not kept, by reason"
        reasons = CounterMetricFamily("interlace_cache_not_cached", text, labels=("reason",))
        for reason in NOT_CACHED:
            reasons.add_metric((reason,), cache.not_cached.get(reason, 0))
        yield reasons
        yield GaugeMetricFamily("interlace_cache_bytes", "Memory that entries take", value=cache.bytes_used)
