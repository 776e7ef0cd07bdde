"""What is told of the cache."""

from dataclasses import fields

from prometheus_client import CollectorRegistry

from federation.extensions.caching.cache import open_cache
from federation.extensions.caching.counters import CacheCounters
from federation.telemetry.cache_metrics import COUNTERS, CacheMetrics


async def test_each_total_of_the_cache_is_a_counter_of_its_own() -> None:
    metrics = CollectorRegistry()
    async with open_cache(None) as cache:
        metrics.register(CacheMetrics(lambda: cache))
        for number, name in enumerate(COUNTERS):
            setattr(cache.counters, name, number)
        told = {name: metrics.get_sample_value(f"interlace_cache_{name}_total") for name in COUNTERS}
        size = metrics.get_sample_value("interlace_cache_bytes")

    assert told == {name: number for number, name in enumerate(COUNTERS)}
    assert size == 0


def test_nothing_that_the_cache_counts_is_left_out() -> None:
    assert {each.name for each in fields(CacheCounters)} == set(COUNTERS)


def test_without_a_cache_nothing_is_told() -> None:
    assert list(CacheMetrics(lambda: None).collect()) == []
