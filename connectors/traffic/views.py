"""What is known of a service, to be read by operators and metrics; nothing of it changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

from connectors.traffic.breaker import BreakerMode, Circuit
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.service import Service


class EndpointState(Enum):
    """Why an endpoint gets calls, or none."""

    READY = "ready"
    WARMING = "warming"
    EJECTED = "ejected"
    PROBING = "probing"
    UNHEALTHY = "unhealthy"
    DRAINING = "draining"
    DRAINED = "drained"


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One endpoint as it is now; `ejected_until` is in the loop's time, latencies are counts by `latency.BUCKETS`."""

    address: str
    zone: str
    weight: float
    share: float
    state: EndpointState
    in_flight: int
    calls: int
    failures: int
    failures_in_a_row: int
    ejected_until: float | None
    latency_sum: float
    latency_counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service as it is now.

    The `circuit` is open also where it was opened by hand. `failures` are counts by reason code; `opens_again_at` is in
    the loop's time, `opened_because` says why it opened.
    """

    name: str
    circuit: Circuit
    mode: BreakerMode
    opens_again_at: float | None
    opened_because: str
    times_opened: int
    refused_by_circuit: int
    in_flight: int
    most_in_flight: int
    waiting: int
    most_waiting: int
    refused_by_bulkhead: int
    ejections: int
    retries: int
    retries_refused: int
    hedges: int
    hedges_won: int
    faults: int
    failures: Mapping[str, int]
    endpoints: tuple[EndpointView, ...]


def view_service(service: Service[Any, Any]) -> ServiceView:
    """A service as it is now."""
    breaker, bulkhead, budget, hedging = service.breaker, service.bulkhead, service.retries.budget, service.hedging
    return ServiceView(
        name=service.name,
        circuit=Circuit.OPEN if breaker.mode is BreakerMode.FORCED_OPEN else breaker.circuit,
        mode=breaker.mode,
        opens_again_at=breaker.opens_again_at,
        opened_because=breaker.opened_because,
        times_opened=breaker.opened,
        refused_by_circuit=breaker.refused,
        in_flight=bulkhead.inside,
        most_in_flight=bulkhead.most,
        waiting=bulkhead.waiting,
        most_waiting=bulkhead.most_waiting,
        refused_by_bulkhead=bulkhead.refused,
        ejections=service.rotation.ejections,
        retries=budget.spent,
        retries_refused=budget.refused,
        hedges=hedging.made if hedging else 0,
        hedges_won=hedging.won if hedging else 0,
        faults=service.faults.injected if service.faults else 0,
        failures=MappingProxyType(dict(service.failures)),
        endpoints=tuple(_view_endpoint(endpoint) for endpoint in service.endpoints),
    )


def _view_endpoint(endpoint: Endpoint[Any]) -> EndpointView:
    return EndpointView(
        address=endpoint.address,
        zone=endpoint.zone,
        weight=endpoint.weight,
        share=endpoint.share,
        state=_state(endpoint),
        in_flight=endpoint.in_flight,
        calls=endpoint.calls,
        failures=endpoint.failures,
        failures_in_a_row=endpoint.failures_in_a_row,
        ejected_until=endpoint.ejected_until,
        latency_sum=endpoint.latency_sum,
        latency_counts=tuple(endpoint.latency_counts),
    )


def _state(endpoint: Endpoint[Any]) -> EndpointState:
    if endpoint.is_draining:
        return EndpointState.DRAINING
    if endpoint.is_set_aside:
        return EndpointState.DRAINED
    if not endpoint.is_healthy:
        return EndpointState.UNHEALTHY
    if endpoint.probing:
        return EndpointState.PROBING
    if endpoint.ejected_until is not None:
        return EndpointState.EJECTED
    return EndpointState.READY if endpoint.warming_since is None else EndpointState.WARMING
