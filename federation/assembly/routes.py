"""Make the paths beside the GraphQL endpoint, inside the same layers as the requests of the graph."""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.errors import BindingInvalid
from connectors.traffic.http_service import HttpService
from federation.assembly.authentication import Authentication
from federation.assembly.rate_limits import RequestLimits, route_limit
from federation.assembly.request_layers import request_layers
from federation.assembly.services import Services
from federation.assembly.told_services import reserved_headers
from federation.assembly.transforms import make_transforms
from federation.config.routes_section import RouteSection
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authorization.roles import RoleInclusion
from federation.extensions.caching.cache import Cache
from federation.extensions.rate_limits.decision import Counts
from federation.layer import Layer
from federation.patterns.pattern import read_pattern
from federation.patterns.rewriting import read_rewriting
from federation.patterns.table import Route
from federation.routes.access import Access
from federation.routes.kept_answers import KeptAnswers
from federation.routes.layered import in_layers
from federation.routes.pass_through import Bounds, Credentials, PassThrough
from federation.routes.router import Router, RouteTarget
from federation.routes.transforming import Transforming


@dataclass(frozen=True, slots=True)
class RouteParts:
    """What routes share with the graph; `cache` is None where nothing is kept."""

    config: Config
    services: Services
    authentication: Authentication | None
    limits: RequestLimits
    counts: Counts
    cache: Cache | None


def routed_services(config: Config, services: Services) -> dict[int, HttpService]:
    """The services of the routes that pass requests on, by the routes' numbers. Raises ConfigurationError."""
    found: dict[int, HttpService] = {}
    problems: list[str] = []
    for number, route in enumerate(config.routes):
        if route.service is not None:
            try:
                found[number] = services.routed(route.service)
            except BindingInvalid as error:
                problems.append(f"routes.{number}.service: {error}")
    if problems:
        raise ConfigurationError(tuple(problems))
    return found


def make_router(parts: RouteParts, services: dict[int, HttpService]) -> Router | None:
    """All routes; None where there are none. Raises ConfigurationError with every problem."""
    problems: list[str] = []
    routes = [
        Route(read_pattern(section.path), frozenset(section.answered_methods), target)
        for number, section in enumerate(parts.config.routes)
        for target in _targets(parts, section, number, services, problems)
    ]
    if problems:
        raise ConfigurationError(tuple(problems))
    return Router(routes) if routes else None


def rules_of(parts: RouteParts, section: RouteSection) -> tuple[Layer, ...]:
    """What a route asks of whoever takes it, after the rules of all requests."""
    inclusion = RoleInclusion(parts.config.authorization.roles)
    scopes = tuple(frozenset(group) for group in section.scopes)
    limit = route_limit(parts.config, section.path, section.rate_limit, parts.counts)
    return (
        *((Access(inclusion, frozenset(section.roles), scopes),) if section.is_guarded else ()),
        # Who may not take the route does not use up anything.
        *((limit,) if limit is not None else ()),
    )


def _targets(
    parts: RouteParts, section: RouteSection, number: int, services: dict[int, HttpService], problems: list[str]
) -> Iterator[RouteTarget]:
    config = parts.config
    budget = section.timeout or config.server.request_timeout
    if number in services:
        way = _pass_through(parts, section, f"routes.{number}", services[number], problems)
        layers = request_layers(parts.authentication, parts.limits, rules_of(parts, section), None)
        yield RouteTarget(section.path, in_layers(layers, way.respond), budget, section.loose_paths)


def _pass_through(
    parts: RouteParts, section: RouteSection, where: str, service: HttpService, problems: list[str]
) -> PassThrough:
    config = parts.config
    _, limits = parts.services.limits("", service.name)
    bounds = Bounds(
        section.max_request_size or config.server.max_request_size,
        section.max_answer_size or limits.max_answer_size,
        limits.timeout,
    )
    keeps = parts.cache is not None and section.cache
    transforming = None
    if section.transform is not None:
        transforming = Transforming(make_transforms(section.transform, f"{where}.transform", problems))
    return PassThrough(
        service,
        read_rewriting(read_pattern(section.path), section.rewrite),
        bounds,
        _credentials(parts, service.name, limits.forward_headers),
        KeptAnswers(parts.cache, service.name, section.path) if keeps and parts.cache is not None else None,
        transforming,
        limits.expose_errors,
    )


def _credentials(parts: RouteParts, service: str, forwarded: tuple[str, ...]) -> Credentials:
    """What the gateway has read and verified goes no further, unless the service is to have it."""
    section = parts.config.authentication
    reserved = reserved_headers(parts.config.services)
    if section is None:
        return Credentials(reserved)
    names = {"authorization"} if section.issuers else set()
    if section.api_keys is not None:
        names.add(section.api_keys.header)
    passed = {name.lower() for name in forwarded}
    cookie = section.cookie.name if section.cookie is not None and "cookie" not in passed else None
    told = parts.authentication.told.get(service) if parts.authentication is not None else None
    return Credentials(reserved | (frozenset(names) - passed), cookie, told)
