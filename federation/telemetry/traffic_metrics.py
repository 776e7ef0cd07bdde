"""Metrics of the calls to services: read when they are asked for, so that no call pays for them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.traffic.breaker import Circuit
from connectors.traffic.latency import BUCKETS
from connectors.traffic.views import EndpointState, EndpointView, ServiceView

SERVICE = ("service",)
ENDPOINT = ("service", "endpoint")

COUNTERS: Sequence[tuple[str, str, Callable[[ServiceView], float]]] = (
    ("interlace_circuit_opened", "How often the circuit of a service opened", lambda view: view.times_opened),
    ("interlace_circuit_refused", "Calls that an open circuit refused", lambda view: view.refused_by_circuit),
    ("interlace_bulkhead_refused", "Calls for which the queue was full", lambda view: view.refused_by_bulkhead),
    ("interlace_ejections", "How often an endpoint was ejected", lambda view: view.ejections),
    ("interlace_retries", "Calls that were made again", lambda view: view.retries),
    ("interlace_retries_refused", "Calls not made again for lack of budget", lambda view: view.retries_refused),
    ("interlace_hedges", "Calls that were made twice at once", lambda view: view.hedges),
    ("interlace_hedges_won", "Second calls that were answered first", lambda view: view.hedges_won),
    ("interlace_faults", "Faults that were injected", lambda view: view.faults),
)
GAUGES: Sequence[tuple[str, str, Callable[[ServiceView], float]]] = (
    ("interlace_calls_in_flight", "Calls that are on their way to a service", lambda view: view.in_flight),
    ("interlace_calls_waiting", "Calls that wait for their turn", lambda view: view.waiting),
)
ENDPOINT_COUNTERS: Sequence[tuple[str, str, Callable[[EndpointView], float]]] = (
    ("interlace_endpoint_calls", "Attempts at an endpoint", lambda view: view.calls),
    ("interlace_endpoint_failures", "Attempts that count as failures", lambda view: view.failures),
)
ENDPOINT_GAUGES: Sequence[tuple[str, str, Callable[[EndpointView], float]]] = (
    ("interlace_endpoint_in_flight", "Attempts that are on their way to an endpoint", lambda view: view.in_flight),
    ("interlace_endpoint_share", "The weight of an endpoint as it counts now", lambda view: view.share),
)


class TrafficMetrics(Collector):
    """The metrics of the services that `services` gives at the time; labels have the values that are configured."""

    def __init__(self, services: Callable[[], Iterable[ServiceView]]) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Everything that is known now."""
        services = tuple(self._services())
        for name, text, read in COUNTERS:
            counter = CounterMetricFamily(name, text, labels=SERVICE)
            for view in services:
                counter.add_metric((view.name,), read(view))
            yield counter
        for name, text, read in GAUGES:
            gauge = GaugeMetricFamily(name, text, labels=SERVICE)
            for view in services:
                gauge.add_metric((view.name,), read(view))
            yield gauge
        yield _failures(services)
        yield _circuits(services)
        yield from _of_endpoints(services)


def register_traffic(registry: CollectorRegistry, services: Callable[[], Iterable[ServiceView]]) -> None:
    """Let a registry tell of services."""
    registry.register(TrafficMetrics(services))


def _failures(services: Iterable[ServiceView]) -> Metric:
    family = CounterMetricFamily("interlace_call_failures", "Calls that failed, by reason", labels=(*SERVICE, "reason"))
    for view in services:
        for reason, count in sorted(view.failures.items()):
            family.add_metric((view.name, reason), count)
    return family


def _circuits(services: Iterable[ServiceView]) -> Metric:
    family = GaugeMetricFamily("interlace_circuit", "1 for the state of a circuit", labels=(*SERVICE, "state"))
    for view in services:
        for state in Circuit:
            family.add_metric((view.name, state.value), float(view.circuit is state))
    return family


def _of_endpoints(services: Sequence[ServiceView]) -> Iterator[Metric]:
    endpoints = [(service.name, endpoint) for service in services for endpoint in service.endpoints]
    for name, text, read in ENDPOINT_COUNTERS:
        counter = CounterMetricFamily(name, text, labels=ENDPOINT)
        for service, endpoint in endpoints:
            counter.add_metric((service, endpoint.address), read(endpoint))
        yield counter
    for name, text, read in ENDPOINT_GAUGES:
        gauge = GaugeMetricFamily(name, text, labels=ENDPOINT)
        for service, endpoint in endpoints:
            gauge.add_metric((service, endpoint.address), read(endpoint))
        yield gauge
    states = GaugeMetricFamily("interlace_endpoint", "1 for the state of an endpoint", labels=(*ENDPOINT, "state"))
    seconds = HistogramMetricFamily("interlace_endpoint_seconds", "How long attempts took", labels=ENDPOINT)
    for service, endpoint in endpoints:
        for state in EndpointState:
            states.add_metric((service, endpoint.address, state.value), float(endpoint.state is state))
        seconds.add_metric((service, endpoint.address), _buckets(endpoint.latency_counts), endpoint.latency_sum)
    yield states
    yield seconds


def _buckets(counts: Sequence[int]) -> list[tuple[str, float]]:
    total, found = 0, []
    for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
        total += count
        found.append((bound, float(total)))
    return found
