"""Make the services behind the connectors, each once, with the endpoints and limits that the configuration gives."""

from urllib.parse import urlsplit

from connectors.grpc.service import GrpcService
from connectors.http.limits import HttpLimits
from connectors.traffic.http_service import HttpService
from federation.config.sections import Config, ServiceLimits, ServiceSection
from schemas.connect import Source
from schemas.supergraph import Graph


class Services:
    """The services of one snapshot. Sources of one name and address, also of several subgraphs, share a service."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._http: dict[tuple[str, tuple[str, ...]], HttpService] = {}
        self._grpc: dict[tuple[str, tuple[str, ...]], GrpcService] = {}

    @property
    def all(self) -> tuple[HttpService | GrpcService, ...]:
        """Every service made so far."""
        return (*self._http.values(), *self._grpc.values())

    def limits(self, subgraph: str, source: str) -> tuple[str, ServiceLimits]:
        """A source's name in the configuration (`subgraph.source` or `source`), and what that says of it."""
        for name in (f"{subgraph}.{source}", source):
            if name in self._config.services:
                return name, self._config.services[name]
        return source, ServiceLimits()

    def http(self, subgraph: str, source: Source) -> HttpService:
        """The service of a REST source. Raises BindingInvalid when an address is none."""
        return self._make_http(subgraph, source.name, source.base_url)

    def graphql(self, graph: Graph) -> tuple[HttpService, str]:
        """The service of a remote subgraph, and the path at which it answers. Raises BindingInvalid."""
        parts = urlsplit(graph.url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        return self._make_http(graph.subgraph, graph.subgraph, graph.url), path

    def grpc(self, subgraph: str, source: Source) -> tuple[GrpcService, tuple[str, ...]]:
        """The service of a gRPC source, and its addresses. Raises BindingInvalid when it has none."""
        name, limits = self.limits(subgraph, source.name)
        own = (source.base_url,) if source.base_url else ()
        addresses = limits.endpoints if isinstance(limits, ServiceSection) else own
        key = (name, addresses)
        if key not in self._grpc:
            self._grpc[key] = GrpcService(name, addresses, most_bytes=limits.max_answer_size, shares=limits.share_calls)
        return self._grpc[key], addresses

    def _make_http(self, subgraph: str, source: str, url: str) -> HttpService:
        name, limits = self.limits(subgraph, source)
        parts = urlsplit(url)
        scheme = parts.scheme or "http"
        written = limits.endpoints if isinstance(limits, ServiceSection) else (parts.netloc,)
        addresses = tuple(each if "://" in each else f"{scheme}://{each}" for each in written)
        key = (name, addresses)
        if key not in self._http:
            bounds = HttpLimits(max_connections=limits.max_connections, max_answer_bytes=limits.max_answer_size)
            self._http[key] = HttpService(name, addresses, limits=bounds, shares=limits.share_calls)
        return self._http[key]
