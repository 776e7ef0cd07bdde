"""Make the paths beside the GraphQL endpoint, inside the same layers as the requests of the graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import GraphQLSchema

from connectors.errors import BindingInvalid
from connectors.traffic.http_service import HttpService
from connectors.transforms.transforms import Transforms
from federation.assembly.authentication import Authentication
from federation.assembly.operation_routes import describe, stored_operations
from federation.assembly.rate_limits import RequestLimits, route_limit
from federation.assembly.request_layers import request_layers
from federation.assembly.services import Services
from federation.assembly.told_services import reserved_headers
from federation.assembly.transforms import make_transforms
from federation.config.place import Place
from federation.config.routes_section import RouteSection
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.caching.answers import AnswerCaching
from federation.extensions.caching.cache import Cache
from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.decision import Counts
from federation.layer import Layer, wrap_handler
from federation.patterns.pattern import read_pattern
from federation.patterns.rewriting import read_rewriting
from federation.patterns.table import Route
from federation.pipeline import Pipeline
from federation.routes.access import Access
from federation.routes.kept_answers import KeptAnswers
from federation.routes.layered import in_layers
from federation.routes.operations.endpoint import OperationEndpoint
from federation.routes.operations.stored import StoredOperation
from federation.routes.pass_through import Bounds, Credentials, PassThrough
from federation.routes.reusing import Reusing
from federation.routes.router import Respond, Router, RouteTarget
from federation.routes.transforming import Transforming
from schemas.role_inclusion import RoleInclusion


@dataclass(frozen=True, slots=True)
class RouteParts:
    """What routes share with the graph: its layers and what it runs on; `cache` is None where nothing is kept."""

    config: Config
    services: Services
    authentication: Authentication | None
    limits: RequestLimits
    counts: Counts
    decisions: Decisions
    cache: Cache | None
    answers: AnswerCaching | None
    of_team: tuple[Layer, ...]
    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class RouteWay:
    """What one route leads to: a service, with what is changed on the way, or an operation."""

    service: HttpService | None = None
    transforms: Transforms | None = None
    stored: StoredOperation | None = None


def route_ways(
    config: Config, services: Services, schema: GraphQLSchema, trusted: Mapping[str, str]
) -> tuple[RouteWay, ...]:
    """What the routes lead to, in their order. Raises ConfigurationError with every problem."""
    problems: list[str] = []
    stored = stored_operations(config, schema, trusted, problems)
    ways = [
        RouteWay(stored=stored.get(number))
        if section.service is None
        else _to_service(section, config.top / "routes" / number, services, problems)
        for number, section in enumerate(config.routes)
    ]
    if problems:
        raise ConfigurationError(tuple(problems))
    return tuple(ways)


def published(config: Config, schema: GraphQLSchema, ways: Sequence[RouteWay]) -> dict[str, bytes]:
    """The description of the routes that run operations, under its path, if it is to be published."""
    if config.openapi is None:
        return {}
    stored = {number: way.stored for number, way in enumerate(ways) if way.stored is not None}
    return {config.openapi.path: describe(config, schema, stored)}


def make_router(parts: RouteParts, ways: Sequence[RouteWay]) -> Router | None:
    """All routes; None where there are none."""
    routes = [
        Route(read_pattern(section.path), frozenset(section.answered_methods), _target(parts, section, way))
        for section, way in zip(parts.config.routes, ways, strict=True)
    ]
    return Router(routes) if routes else None


def _to_service(section: RouteSection, where: Place, services: Services, problems: list[str]) -> RouteWay:
    assert section.service is not None
    service = transforms = None
    try:
        service = services.routed(section.service)
    except BindingInvalid as error:
        problems.append(f"{where / 'service'}: {error}")
    if section.transform is not None:
        transforms = make_transforms(section.transform, where / "transform", problems)
    return RouteWay(service, transforms)


def _rules(parts: RouteParts, section: RouteSection) -> tuple[Layer, ...]:
    """What a route asks of whoever takes it, after the rules of all requests."""
    inclusion = RoleInclusion(parts.config.authorization.roles)
    scopes = tuple(frozenset(group) for group in section.scopes)
    limit = route_limit(parts.config, section.path, section.rate_limit, parts.counts, parts.decisions)
    return (
        *((Access(inclusion, frozenset(section.roles), scopes),) if section.is_guarded else ()),
        # Who may not take the route does not use up anything.
        *((limit,) if limit is not None else ()),
    )


def _target(parts: RouteParts, section: RouteSection, way: RouteWay) -> RouteTarget:
    config = parts.config
    rules = _rules(parts, section)
    most_bytes = section.max_request_size or config.server.max_request_size
    respond: Respond
    if way.stored is not None:
        # Not the layer that looks for the text: it is the configuration's own, and trusted like it.
        layers = request_layers(parts.authentication, parts.limits, rules, parts.answers, parts.of_team)
        handler = wrap_handler(layers, parts.pipeline.answer)
        respond = OperationEndpoint(way.stored, handler, most_bytes).respond
    else:
        assert way.service is not None
        layers = request_layers(parts.authentication, parts.limits, rules, None)
        respond = in_layers(layers, _pass_through(parts, section, way.service, way.transforms).respond)
    budget = section.timeout or config.server.request_timeout
    return RouteTarget(section.path, respond, budget, most_bytes, section.loose_paths)


def _pass_through(
    parts: RouteParts, section: RouteSection, service: HttpService, transforms: Transforms | None
) -> PassThrough:
    config, cache = parts.config, parts.cache
    _, limits = parts.services.limits("", service.name)
    bounds = Bounds(
        section.max_request_size or config.server.max_request_size,
        section.max_answer_size or limits.max_answer_size,
        limits.timeout,
    )
    return PassThrough(
        service,
        read_rewriting(read_pattern(section.path), section.rewrite),
        bounds,
        _credentials(parts, service.name, limits.forward_headers),
        Reusing(KeptAnswers(cache, service.name, section.path)) if cache is not None and section.cache else None,
        Transforming(transforms) if transforms is not None else None,
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
