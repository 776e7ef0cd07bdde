"""The sections of `interlace.yaml`, as frozen models that refuse unknown keys."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from federation.config.admin_section import AdminSection
from federation.config.authentication_section import AuthenticationSection, ServiceIdentitySection
from federation.config.cache_section import CachingSection, PersistedSection
from federation.config.discovery_sections import DiscoverySection
from federation.config.door_sections import ClientsSection, OverloadSection, ShutdownSection
from federation.config.extensions_section import ExtensionsSection
from federation.config.openapi_section import OpenApiSection
from federation.config.place import Place
from federation.config.policies import AuthorizationSection, PolicySection
from federation.config.rate_limits_section import RateLimitsSection
from federation.config.redis_section import RedisSection
from federation.config.routes_section import RouteSection, TransformSection
from federation.config.section import ByteSize, Percent, Seconds, Section
from federation.config.traffic_sections import (
    BalancerSection,
    BreakerSection,
    Count,
    EjectionSection,
    FaultSection,
    HealthSection,
    HedgingSection,
    RetriesSection,
)
from schemas.policy import Origin

ENDPOINT = re.compile(r"(https?://)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(:[0-9]{1,5})?/?")
FIELD_PATTERN = re.compile(r"(\*|[A-Za-z_]\w*)\.(\*|[A-Za-z_]\w*)")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def _check_name(value: str) -> str:
    if not NAME.fullmatch(value):
        message = f"{value!r} is not a name: use a letter, then letters, digits, _ and -"
        raise ValueError(message)
    return value


def _check_service_name(value: str) -> str:
    for part in value.split(".", 1):
        _check_name(part)
    return value


def _check_endpoint(value: str) -> str:
    if not ENDPOINT.fullmatch(value):
        message = f"{value!r} is not an endpoint: write host:port, or https://host:port, without a path"
        raise ValueError(message)
    return value


def _check_pattern(value: str) -> str:
    if not FIELD_PATTERN.fullmatch(value):
        message = f"{value!r} names no fields: write Type.field, Type.*, *.field or *.*"
        raise ValueError(message)
    return value


def _check_network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError as error:
        message = f"{value!r} is not a network: write an address, or a network such as 10.0.0.0/8 ({error})"
        raise ValueError(message) from error


Endpoint = Annotated[str, AfterValidator(_check_endpoint)]
FieldPattern = Annotated[str, AfterValidator(_check_pattern)]
Network = Annotated[str, AfterValidator(_check_network)]
Name = Annotated[str, AfterValidator(_check_name)]
ServiceName = Annotated[str, AfterValidator(_check_service_name)]


class Server(Section):
    """How the endpoint listens, and what it allows one request to cost; faults are injected in `development` only."""

    mode: Literal["production", "development"] = "production"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 4000
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_-]*$")] = "/graphql"
    graphiql: bool = True
    introspection: bool = True
    request_timeout: Seconds = 30.0
    max_request_size: ByteSize = 100 << 10
    share_requests: bool = True
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    watch: bool = True
    clients: ClientsSection = ClientsSection()
    shutdown: ShutdownSection = ShutdownSection()


class Limits(Section):
    """How large an operation may be, and how many may come in one request."""

    max_tokens: Annotated[int, Field(ge=1)] = 5_000
    max_depth: Annotated[int, Field(ge=1)] = 12
    max_fields: Annotated[int, Field(ge=1)] = 10_000
    max_aliases: Annotated[int, Field(ge=0)] = 50
    max_root_fields: Annotated[int, Field(ge=1)] = 20
    max_cost: Annotated[int, Field(ge=1)] | None = None
    max_directives: Annotated[int, Field(ge=0)] = 50
    max_literal: Annotated[int, Field(ge=1)] = 10_000
    max_batch: Annotated[int, Field(ge=1, le=1_000)] = 10
    cached_operations: Annotated[int, Field(ge=1)] = 1_000


class SubgraphSection(Section):
    """Where one subgraph's schema comes from.

    Exactly one of `module` (a Python module with a Strawberry schema) and `sdl` (a file), or a `url` alone: then the
    SDL is asked of the remote subgraph. `url` beside `sdl` says where a remote subgraph of known SDL answers. A `plain`
    GraphQL service knows nothing of federation: its schema is had by introspection, and its entities by `lookups`,
    which map fields of its query type to keys.
    """

    module: str | None = None
    sdl: Path | None = None
    url: str | None = None
    plain: bool = False
    lookups: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.module and (self.sdl or self.url):
            message = "a subgraph in Python has a 'module' alone: remove 'sdl' and 'url'"
            raise ValueError(message)
        if self.lookups and not self.plain:
            message = "'lookups' are of plain GraphQL services: write 'plain: true' beside them"
            raise ValueError(message)
        if self.plain and (self.module or not self.url):
            message = "a plain GraphQL service has a 'url'"
            raise ValueError(message)
        if not (self.module or self.sdl or self.url):
            message = "say where the schema is: 'module' (Python), 'sdl' (a file) or 'url' (a remote subgraph)"
            raise ValueError(message)
        return self


class ServiceLimits(Section):
    """What one call to a service may cost, and what passes between it and clients."""

    timeout: Seconds = 5.0
    max_answer_size: ByteSize = 16 << 20
    max_connections: Count = 100
    max_calls: Count = 100
    max_waiting: Annotated[int, Field(ge=0, le=100_000)] = 1_000
    when_all_unhealthy: Literal["route_all", "fail_fast"] = "route_all"
    balancer: BalancerSection = BalancerSection()
    ejection: EjectionSection = EjectionSection()
    breaker: BreakerSection = BreakerSection()
    retries: RetriesSection = RetriesSection()
    hedging: HedgingSection = HedgingSection()
    health: HealthSection | None = None
    faults: tuple[FaultSection, ...] = ()
    forward_headers: tuple[str, ...] = ()
    expose_errors: bool = False
    share_calls: bool = True
    transform: TransformSection | None = None


class EndpointSection(Section):
    """One endpoint: `host:port`, or `https://host:port` where it speaks TLS; alone, or with its weight and zone."""

    address: Endpoint
    weight: Annotated[float, Field(gt=0, le=1_000)] = 1.0
    zone: str = ""

    @model_validator(mode="before")
    @classmethod
    def _address_alone(cls, value: Any) -> Any:
        return {"address": value} if isinstance(value, str) else value


class ServiceSection(ServiceLimits):
    """Where a service stands, and what its calls may cost.

    Beside `discover`, the `endpoints` are called until its registry has answered for the first time.
    """

    endpoints: Annotated[tuple[EndpointSection, ...], Field(min_length=1)] = ()
    discover: DiscoverySection | None = None
    identity: ServiceIdentitySection | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if not self.endpoints and self.discover is None:
            message = "say where the service is: 'endpoints' (host:port), or 'discover' (a registry)"
            raise ValueError(message)
        return self


class Config(Section):
    """The whole of `interlace.yaml`.

    The graph comes either from `subgraphs`, which are composed, or from a `supergraph` file that was composed before.
    `overrides` are the labels of progressive overrides, with the percentage of requests for which each holds.
    """

    admin: AdminSection = AdminSection()
    authentication: AuthenticationSection | None = None
    authorization: AuthorizationSection = AuthorizationSection()
    server: Server = Server()
    limits: Limits = Limits()
    cache: CachingSection = CachingSection()
    persisted_operations: PersistedSection = PersistedSection()
    extensions: ExtensionsSection = ExtensionsSection()
    overload: OverloadSection = OverloadSection()
    openapi: OpenApiSection | None = None
    overrides: dict[str, Percent] = {}
    policies: dict[FieldPattern, PolicySection] = {}
    rate_limits: RateLimitsSection | None = None
    redis: RedisSection | None = None
    routes: tuple[RouteSection, ...] = ()
    supergraph: Path | None = None
    subgraphs: dict[Name, SubgraphSection] = {}
    services: dict[ServiceName, ServiceSection] = {}

    _top: Place = PrivateAttr(default_factory=Place)

    @property
    def top(self) -> Place:
        """From where places are told: `config.top / "services" / "users"` says file and line."""
        return self._top

    def policy_origin(self, pattern: str) -> Origin:
        """Where the entry of `policies` for a pattern is written."""
        line = self._top.lines.get(("policies", pattern))
        return Origin("interlace.yaml") if line is None else Origin(Path(self._top.file).name, line)

    def written_at(self, top: Place) -> Self:
        """The same configuration, which knows where it is written."""
        self._top = top
        return self

    @model_validator(mode="after")
    def _one_graph(self) -> Self:
        if self.supergraph is None and not self.subgraphs:
            message = "name at least one subgraph under 'subgraphs', or a 'supergraph' file"
            raise ValueError(message)
        if self.supergraph is not None and self.subgraphs:
            message = "'supergraph' and 'subgraphs' exclude each other: keep one"
            raise ValueError(message)
        return self
