"""Metrics of the requests of clients: how they were answered, and how long that took."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from federation.telemetry.request_counts import BUCKETS, Durations, OperationCounts, RouteCounts


class RequestMetrics(Collector):
    """What a worker counted of operations and of requests by routes."""

    def __init__(self, operations: OperationCounts, routes: RouteCounts) -> None:
        self._operations = operations
        self._routes = routes

    def collect(self) -> Iterator[Metric]:
        """Everything that is known now."""
        operations, routes = self._operations, self._routes
        counter = CounterMetricFamily("interlace_operations", "Operations by what came of them", labels=("outcome",))
        for outcome, count in sorted(operations.outcomes.items()):
            counter.add_metric((outcome,), count)
        yield counter
        text = "How long operations took, by whether all, a part or nothing was had"
        seconds = HistogramMetricFamily("interlace_operation_seconds", text, labels=("answer",))
        for answer, durations in (
            ("ok", operations.ok),
            ("partial", operations.partial),
            ("refused", operations.refused),
        ):
            seconds.add_metric((answer,), _buckets(durations), durations.sum)
        yield seconds
        labels = ("route", "method", "status")
        counter = CounterMetricFamily("interlace_route_requests", "Requests by routes", labels=labels)
        for key, count in sorted(routes.requests.items()):
            counter.add_metric(key, count)
        yield counter
        text = "How long requests by routes took, to the end of their answers"
        seconds = HistogramMetricFamily("interlace_route_seconds", text, labels=("route",))
        for route, durations in sorted(routes.durations.items()):
            seconds.add_metric((route,), _buckets(durations), durations.sum)
        yield seconds


def _buckets(durations: Durations) -> list[tuple[str, float]]:
    total, found = 0, []
    for bound, count in zip((*map(str, BUCKETS), "+Inf"), durations.counts, strict=True):
        total += count
        found.append((bound, float(total)))
    return found
