"""One picture of services as several workers see them: the worst state of each part, and sums of what is counted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.traffic.history import SUMMED as COUNTED

# Worst first.
CIRCUITS = ("open", "half_open", "closed")
STATES = ("ejected", "unhealthy", "probing", "draining", "drained", "warming", "ready")
SUMMED = (*COUNTED, "most_in_flight", "most_waiting")
ENDPOINT_SUMMED = ("in_flight", "calls", "failures", "seconds")


def join_services(views: Iterable[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The services by name; each view is of the worker of a number. What workers disagree about, `workers` says."""
    by_name: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, view in views:
        for service in view["services"]:
            by_name.setdefault(service["name"], []).append((number, service))
    return [_join(name, seen) for name, seen in sorted(by_name.items())]


def _join(name: str, seen: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[str, Any]:
    worst = min((service for _, service in seen), key=lambda service: CIRCUITS.index(service["circuit"]))
    endpoints: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    failures: dict[str, int] = {}
    for number, service in seen:
        for endpoint in service["endpoints"]:
            endpoints.setdefault(endpoint["address"], []).append((number, endpoint))
        for reason, count in service["failures"].items():
            failures[reason] = failures.get(reason, 0) + count
    joined = {"name": name, **{key: worst[key] for key in ("circuit", "mode", "why", "closes_in")}}
    joined |= {key: sum(service[key] for _, service in seen) for key in SUMMED}
    joined["failures"] = dict(sorted(failures.items()))
    joined["endpoints"] = [_join_endpoint(address, each) for address, each in endpoints.items()]
    return joined | _told_apart(seen, "circuit")


def _join_endpoint(address: str, seen: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[str, Any]:
    worst = min((endpoint for _, endpoint in seen), key=lambda endpoint: STATES.index(endpoint["state"]))
    joined = {"address": address, **{key: worst[key] for key in ("zone", "state", "why", "weight", "back_in")}}
    joined |= {key: sum(endpoint[key] for _, endpoint in seen) for key in ENDPOINT_SUMMED}
    joined["share"] = round(sum(endpoint["share"] for _, endpoint in seen) / len(seen), 3)
    joined["failures_in_a_row"] = max(endpoint["failures_in_a_row"] for _, endpoint in seen)
    return joined | _told_apart(seen, "state")


def _told_apart(seen: Sequence[tuple[int, Mapping[str, Any]]], key: str) -> dict[str, Any]:
    """Which worker sees what, where they see different things."""
    if len({each[key] for _, each in seen}) == 1:
        return {}
    return {"workers": {str(number): each[key] for number, each in seen}}
