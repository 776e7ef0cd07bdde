"""Make the services behind the connectors, each once, with the endpoints and limits that the configuration gives."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from connectors.errors import BindingInvalid
from connectors.graphql.judge import judge_graphql
from connectors.grpc.service import GrpcService
from connectors.http.limits import HttpLimits
from connectors.http.response import HttpResponse
from connectors.traffic.dispatch import Judge
from connectors.traffic.http_outcomes import judge_response
from connectors.traffic.http_service import HttpService
from connectors.traffic.placed import Placed
from connectors.traffic.policy import TrafficPolicy
from federation.assembly.discovery import Discovered
from federation.assembly.traffic_policy import traffic_policy
from federation.config.place import Place
from federation.config.sections import Config, ServiceLimits, ServiceSection
from schemas.connect import Source
from schemas.supergraph import Graph


class Services:
    """The services of one snapshot. Sources of one name and address, also of several subgraphs, share a service."""

    def __init__(self, config: Config, discovered: Discovered | None = None) -> None:
        self._config = config
        self._discovered = discovered
        self._schemes: dict[HttpService | GrpcService, str] = {}
        self._http: dict[tuple[str, tuple[Placed, ...]], HttpService] = {}
        self._grpc: dict[tuple[str, tuple[Placed, ...]], GrpcService] = {}

    @property
    def all(self) -> tuple[HttpService | GrpcService, ...]:
        """Every service made so far."""
        return (*self._http.values(), *self._grpc.values())

    @property
    def kept(self) -> Iterator[tuple[str, HttpService | GrpcService, str]]:
        """The services that registries keep, with their names and the schemes of their URLs."""
        for service, scheme in self._schemes.items():
            if self._discovered is not None and self._discovered.has(service.name):
                yield service.name, service, scheme

    def limits(self, subgraph: str, source: str) -> tuple[str, ServiceLimits]:
        """A source's name in the configuration (`subgraph.source` or `source`), and what that says of it."""
        for name in (f"{subgraph}.{source}", source):
            if name in self._config.services:
                return name, self._config.services[name]
        return source, ServiceLimits()

    def place(self, name: str) -> Place:
        """Where the configuration speaks of a service."""
        return self._config.top / "services" / name

    def name_of(self, graph: Graph) -> str:
        """The name in the configuration of the service behind a graph."""
        return self.limits(graph.subgraph, graph.connect.source.name if graph.connect else graph.subgraph)[0]

    def http(self, subgraph: str, source: Source) -> HttpService:
        """The service of a REST source. Raises BindingInvalid when an address is none."""
        return self._make_http(subgraph, source.name, source.base_url, judge_response)

    def graphql(self, graph: Graph) -> tuple[HttpService, str]:
        """The service of a remote subgraph, and the path at which it answers. Raises BindingInvalid."""
        parts = urlsplit(graph.url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        return self._make_http(graph.subgraph, graph.subgraph, graph.url, judge_graphql), path

    def routed(self, name: str) -> HttpService:
        """The HTTP service of this name. Raises BindingInvalid when there is none."""
        for (known, _), service in self._http.items():
            if known == name:
                return service
        if any(known == name for known, _ in self._grpc):
            raise BindingInvalid(f"the service '{name}' speaks gRPC: requests are passed on to HTTP services only")
        if name not in self._config.services:
            names = sorted({*self._config.services, *(known for known, _ in self._http)})
            raise BindingInvalid(f"there is no service '{name}'; known are: {', '.join(names)}")
        return self._make_http("", name, "", judge_response)

    def grpc(self, subgraph: str, source: Source) -> tuple[GrpcService, tuple[str, ...]]:
        """The service of a gRPC source, and its addresses. Raises BindingInvalid when it has none."""
        name, limits = self.limits(subgraph, source.name)
        places = self._places(name, limits, source.base_url)
        key = (name, places)
        if key not in self._grpc:
            policy = self._policy(name, limits)
            made = GrpcService(name, places, most_bytes=limits.max_answer_size, policy=policy)
            self._grpc[key], self._schemes[made] = made, ""
        return self._grpc[key], tuple(place.address for place in places)

    def _make_http(self, subgraph: str, source: str, url: str, judge: Judge[HttpResponse]) -> HttpService:
        name, limits = self.limits(subgraph, source)
        parts = urlsplit(url)
        scheme = parts.scheme or "http"
        places = tuple(
            each if "://" in each.address else each._replace(address=f"{scheme}://{each.address}")
            for each in self._places(name, limits, parts.netloc)
        )
        key = (name, places)
        if key not in self._http:
            bounds = HttpLimits(
                max_connections=limits.max_connections,
                max_waiting=limits.max_waiting,
                max_answer_bytes=limits.max_answer_size,
            )
            made = HttpService(name, places, bounds, policy=self._policy(name, limits), judge=judge)
            self._http[key], self._schemes[made] = made, f"{scheme}://"
        return self._http[key]

    def _policy(self, name: str, limits: ServiceLimits) -> TrafficPolicy:
        policy = traffic_policy(name, limits, injects_faults=self._config.server.mode == "development")
        is_found = self._discovered is not None and self._discovered.has(name)
        return replace(policy, may_be_empty=True) if is_found else policy

    def _places(self, name: str, limits: ServiceLimits, own: str) -> tuple[Placed, ...]:
        """What a registry says, else the endpoints that the configuration gives, else the address in the schema."""
        found = self._discovered.places(name) if self._discovered is not None else ()
        if found:
            return found
        if not isinstance(limits, ServiceSection):
            return (Placed(own),) if own else ()
        return tuple(Placed(each.address, each.weight, each.zone) for each in limits.endpoints)
