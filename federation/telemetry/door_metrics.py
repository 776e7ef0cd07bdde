"""Metrics of the door: how many requests are in, how many were refused, and how long turns of the event loop are."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from federation.door.door import Door


class DoorMetrics(Collector):
    """What the door of this process has counted; nothing about requests where it lets everybody in."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def collect(self) -> Iterator[Metric]:
        """The limit with what is in flight, and what was refused or given up."""
        door, limiter = self._door, self._door.limiter
        if limiter is not None:
            yield GaugeMetricFamily("interlace_requests_in_flight", "Requests in flight", value=limiter.in_flight)
            yield GaugeMetricFamily("interlace_requests_limit", "How many may be in flight", value=int(limiter.limit))
            yield CounterMetricFamily("interlace_requests_admitted", "Requests let in", value=limiter.admitted)
            yield CounterMetricFamily("interlace_requests_overloaded", "Requests refused", value=limiter.refused)
            text = "How long the event loop took for a turn, the median of the last tenth of a second with requests"
            yield GaugeMetricFamily("interlace_loop_turn_seconds", text, value=limiter.turn)
        text = "Connections refused, as there were too many"
        yield CounterMetricFamily("interlace_connections_overloaded", text, value=door.connections_refused)
        text = "Clients given up, as they took too long"
        yield CounterMetricFamily("interlace_clients_given_up", text, value=door.clients_given_up)
