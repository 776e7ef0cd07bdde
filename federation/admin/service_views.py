"""Services of one worker as JSON: what each endpoint and circuit is in, and why."""

from time import monotonic
from typing import Any, assert_never

from connectors.traffic.breaker import BreakerMode, Circuit
from connectors.traffic.views import EndpointState, EndpointView, ServiceView


def show_service(view: ServiceView) -> dict[str, Any]:
    """A service as it is now; times are in seconds from now."""
    now = monotonic()
    return {
        "name": view.name,
        "circuit": view.circuit.value,
        "mode": view.mode.value,
        "why": _why_circuit(view),
        "closes_in": _left(view.opens_again_at, now),
        "in_flight": view.in_flight,
        "most_in_flight": view.most_in_flight,
        "waiting": view.waiting,
        "most_waiting": view.most_waiting,
        "times_opened": view.times_opened,
        "refused_by_circuit": view.refused_by_circuit,
        "refused_by_bulkhead": view.refused_by_bulkhead,
        "ejections": view.ejections,
        "retries": view.retries,
        "retries_refused": view.retries_refused,
        "hedges": view.hedges,
        "hedges_won": view.hedges_won,
        "faults": view.faults,
        "failures": dict(sorted(view.failures.items())),
        "endpoints": [_show_endpoint(endpoint, now) for endpoint in view.endpoints],
    }


def _show_endpoint(view: EndpointView, now: float) -> dict[str, Any]:
    return {
        "address": view.address,
        "zone": view.zone,
        "state": view.state.value,
        "why": _why_endpoint(view),
        "weight": view.weight,
        "share": round(view.share, 3),
        "back_in": _left(view.ejected_until, now),
        "in_flight": view.in_flight,
        "calls": view.calls,
        "failures": view.failures,
        "failures_in_a_row": view.failures_in_a_row,
        "seconds": round(view.latency_sum, 3),
    }


def _left(at: float | None, now: float) -> float | None:
    return None if at is None else round(max(0.0, at - now), 1)


def _why_circuit(view: ServiceView) -> str:
    match view.mode:
        case BreakerMode.FORCED_OPEN:
            return "opened by hand: no call is let through"
        case BreakerMode.FORCED_CLOSED:
            return "closed by hand: every call is let through"
        case BreakerMode.METRICS_ONLY | BreakerMode.AUTOMATIC:
            effect = "; without effect, as it only counts" if view.mode is BreakerMode.METRICS_ONLY else ""
            match view.circuit:
                case Circuit.CLOSED:
                    return f"the service is well{effect}"
                case Circuit.OPEN:
                    return f"{view.opened_because or 'it failed too often'}{effect}"
                case Circuit.HALF_OPEN:
                    return f"a few calls try whether the service is well again{effect}"
        case _ as never:
            assert_never(never)


def _why_endpoint(view: EndpointView) -> str:
    match view.state:
        case EndpointState.READY:
            return "it gets its calls"
        case EndpointState.WARMING:
            return "it is new or came back: its share of the calls still grows"
        case EndpointState.EJECTED:
            return "too many of its calls failed in a row; a call will try it when its time is up"
        case EndpointState.PROBING:
            return "it was ejected; one call tries whether it is well again"
        case EndpointState.UNHEALTHY:
            return "its health check fails"
        case EndpointState.DRAINING:
            return "nothing names it any more; its last calls are finished"
        case EndpointState.DRAINED:
            return "an operator drained it"
        case _ as never:
            assert_never(never)
