"""What services counted since the process started: a reload makes new ones, and must not make counts begin anew."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from connectors.traffic.service import Service
from connectors.traffic.views import EndpointState, EndpointView, ServiceView, view_service

SUMMED: Final = (
    "times_opened",
    "refused_by_circuit",
    "in_flight",
    "waiting",
    "refused_by_bulkhead",
    "ejections",
    "retries",
    "retries_refused",
    "hedges",
    "hedges_won",
    "faults",
)


class TrafficHistory:
    """The services of all snapshots that are open, and what those counted that are closed. Belongs to one loop."""

    def __init__(self) -> None:
        self._open: list[tuple[Service[Any, Any], ...]] = []  # by snapshots, the newest last
        self._past: dict[str, ServiceView] = {}

    def follow(self, services: Iterable[Service[Any, Any]]) -> Callable[[], None]:
        """Count these services in; whoever closes them calls the function that this gives."""
        followed = tuple(services)
        self._open.append(followed)

        def end() -> None:
            self._open = [each for each in self._open if each is not followed]
            for service in followed:
                ended = replace(view_service(service), in_flight=0, waiting=0)
                past = self._past.get(ended.name)
                self._past[ended.name] = ended if past is None else _add(past, ended)
            self._forget()

        return end

    def views(self) -> list[ServiceView]:
        """Each service as its newest generation is, with the counts of all. Of the past, only what is still there."""
        found: dict[str, ServiceView] = {}
        for services in self._open:
            newer: dict[str, ServiceView] = {}
            for view in map(view_service, services):
                newer[view.name] = _add(newer[view.name], view) if view.name in newer else view
            for name, view in newer.items():
                found[name] = _add(_leaving(found[name]), view) if name in found else view
        for name, view in found.items():
            past = self._past.get(name)
            if past is not None:
                found[name] = _add(_only(past, view.endpoints), view)
        return list(found.values())

    def _forget(self) -> None:
        """Let go of services and endpoints that are not there any more, or there would be ever more of them."""
        services = [service for generation in self._open for service in generation]
        names = {service.name for service in services}
        present = {(service.name, each.address) for service in services for each in service.endpoints}
        self._past = {
            name: replace(view, endpoints=tuple(each for each in view.endpoints if (name, each.address) in present))
            for name, view in self._past.items()
            if name in names
        }


def _add(earlier: ServiceView, later: ServiceView) -> ServiceView:
    """The later view, with what both counted."""
    counts: dict[str, Any] = {name: getattr(earlier, name) + getattr(later, name) for name in SUMMED}
    failures = Counter(earlier.failures) + Counter(later.failures)
    endpoints = tuple(_add_endpoints(earlier.endpoints, later.endpoints))
    return replace(later, **counts, failures=failures, endpoints=endpoints)


def _add_endpoints(earlier: Sequence[EndpointView], later: Sequence[EndpointView]) -> Iterator[EndpointView]:
    before = {each.address: each for each in earlier}
    for endpoint in later:
        known = before.pop(endpoint.address, None)
        yield endpoint if known is None else _add_endpoint(known, endpoint)
    yield from before.values()


def _add_endpoint(earlier: EndpointView, later: EndpointView) -> EndpointView:
    return replace(
        later,
        in_flight=earlier.in_flight + later.in_flight,
        calls=earlier.calls + later.calls,
        failures=earlier.failures + later.failures,
        latency_sum=earlier.latency_sum + later.latency_sum,
        latency_counts=tuple(map(sum, zip(earlier.latency_counts, later.latency_counts, strict=True))),
    )


def _leaving(earlier: ServiceView) -> ServiceView:
    """A service of a snapshot that is being drained: what the next one does not have gets no new calls."""
    return replace(earlier, endpoints=tuple(replace(each, state=EndpointState.DRAINING) for each in earlier.endpoints))


def _only(past: ServiceView, present: Iterable[EndpointView]) -> ServiceView:
    addresses = {each.address for each in present}
    kept = [replace(each, in_flight=0) for each in past.endpoints if each.address in addresses]
    return replace(past, endpoints=tuple(kept))
