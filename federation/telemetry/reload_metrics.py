"""Metrics of reloads: how they ended, when the last one was, and what is live."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

RESULTS = ("changed", "unchanged", "refused")


class ReloadMetrics(Collector):
    """What a worker's reloads came to: `counts` by result, `last` when the last one was (Unix time)."""

    def __init__(
        self, version: Callable[[], str], counts: Callable[[], Mapping[str, int]], last: Callable[[], float | None]
    ) -> None:
        self._version = version
        self._counts = counts
        self._last = last

    def collect(self) -> Iterator[Metric]:
        """Everything that is known now."""
        live = GaugeMetricFamily("interlace_version_info", "Workers that serve a version", labels=("version",))
        live.add_metric((self._version(),), 1)
        yield live
        reloads = CounterMetricFamily("interlace_reloads", "Reloads by what came of them", labels=("result",))
        counts = self._counts()
        for result in RESULTS:
            reloads.add_metric((result,), counts.get(result, 0))
        yield reloads
        last = self._last()
        text = "When the last reload was, since 1970"
        yield GaugeMetricFamily("interlace_reloaded_timestamp_seconds", text, value=last or 0)
