"""Open a gateway as configured, and close it with everything that it holds."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from federation.assembly.authentication import Authentication, check_authentication, make_authentication
from federation.assembly.authorization import make_view
from federation.assembly.build_supergraph import BuiltSupergraph, build_supergraph
from federation.assembly.caching import answer_caching, caching_rules, fallbacks_of
from federation.assembly.discovery import Discovered
from federation.assembly.every_problem import every_problem
from federation.assembly.fetch_layers import fetch_layers, in_fetch_layers
from federation.assembly.following import Following
from federation.assembly.health_checks import health_checks
from federation.assembly.lasting import Lasting, open_lasting
from federation.assembly.make_connectors import make_connectors
from federation.assembly.operation_extensions import operation_extensions
from federation.assembly.operation_limits import cost_limit, operation_limits
from federation.assembly.persisted_documents import persisted_options, trusted_documents
from federation.assembly.rate_limits import make_counts, request_limits
from federation.assembly.request_layers import request_layers
from federation.assembly.routes import RouteParts, make_router, published, route_ways
from federation.assembly.seen_headers import seen_headers
from federation.assembly.services import Services
from federation.assembly.shared_circuits import check_sharing, share_circuits
from federation.assembly.team_extensions import team_layers
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.execution.graph_connector import GraphConnector
from federation.extensions.caching.persisted import PersistedOperations
from federation.extensions.decisions import Decisions
from federation.extensions.rate_limits.decision import Counts
from federation.gateway import Gateway, Snapshot
from federation.pipeline import Pipeline, PipelineOptions
from federation.shared_answers import SharedAnswers


async def make_snapshot(config: Config, built: BuiltSupergraph, lasting: Lasting, version: str = "") -> Snapshot:
    """The snapshot of a supergraph, under the name of its version.

    Raises ConfigurationError with every problem; then nothing is left open.
    """
    discovered = Discovered(config, lasting.found)
    await discovered.start()
    services = Services(config, discovered)
    authentication: Authentication | None = None
    try:
        connectors = await make_connectors(built.supergraph, services, config)
        check_authentication(config)
        check_sharing(config)
        caching = caching_rules(config, built, connectors)
        fallbacks = fallbacks_of(config, built, connectors, lasting.cache)
        trusted = trusted_documents(config)
        ways = await to_thread(route_ways, config, services, built.supergraph.api, trusted)
        of_team = team_layers(config)
        if config.authentication is not None:
            authentication = make_authentication(config, config.authentication, lasting.trust)
        fetches = fetch_layers(config, authentication, lasting.cache, caching, fallbacks)
        layered = in_fetch_layers(connectors, built.supergraph.graphs, fetches)
        counts = make_counts(config, lasting.store, lasting.own_counts)
        shared = _shared_answers(config, connectors)
        options = replace(_options(config, built, counts, lasting.decisions), shared=shared)
        pipeline = Pipeline(built.supergraph, layered, options)
        limits = request_limits(config, counts, lasting.decisions)
        cache = lasting.cache if config.cache.enabled else None
        answers = answer_caching(config, lasting.cache, built.sdl) if caching is not None else None
        parts = RouteParts(
            config, services, authentication, limits, counts, lasting.decisions, cache, answers, of_team, pipeline
        )
        router = make_router(parts, ways)
        described = await to_thread(published, config, built.supergraph.api, ways)
        operations = PersistedOperations(persisted_options(config, trusted), lasting.store)
    except BaseException as error:
        for each in (discovered, *([authentication] if authentication is not None else []), *services.all):
            await each.close()
        if isinstance(error, ConfigurationError):
            raise ConfigurationError(await every_problem(config, built, error.problems)) from error
        raise
    # Nothing fails from here on; what runs by itself begins only now.
    discovered.keep(services.kept)
    checks = health_checks(services.all, config)
    traffic = tuple(service.traffic for service in services.all)
    closeables = (
        discovered,
        *([checks] if checks is not None else []),
        *([authentication] if authentication is not None else []),
        *(each.connector for each in connectors.values()),
        share_circuits(config, traffic, lasting.circuits),
        Following(lasting.standing.follow(traffic)),
        *services.all,
        Following(lasting.traffic.follow(traffic)),  # last: closing makes calls fail, which count
    )
    return Snapshot(
        pipeline,
        closeables,
        request_layers(authentication, limits, (operations,), answers, of_team),
        traffic,
        {**(authentication.documents if authentication is not None else {}), **described},
        config.server.request_timeout,
        version,
        lasting.cache,
        lasting.decisions,
        router,
        discovered.followings,
    )


@asynccontextmanager
async def open_gateway(config: Config, gateway: Gateway | None = None) -> AsyncIterator[Gateway]:
    """Compose, connect and let the gateway (a new one, if none is given) answer while the block runs.

    Raises ConfigurationError.
    """
    opened = gateway or Gateway()
    async with open_lasting(config) as lasting:
        opened.open(await make_snapshot(config, await build_supergraph(config), lasting))
        try:
            yield opened
        finally:
            await opened.close()


def _options(config: Config, built: BuiltSupergraph, counts: Counts, decisions: Decisions) -> PipelineOptions:
    limits = config.limits
    return PipelineOptions(
        operation_limits(limits),
        config.server.introspection,
        limits.cached_operations,
        config.overrides,
        extensions=operation_extensions(config, built, counts, decisions),
        view=make_view(config.authorization, built),
        cost_limit=cost_limit(config, built.supergraph, built.policies),
    )


def _shared_answers(
    config: Config, connectors: Mapping[str, GraphConnector]
) -> SharedAnswers[tuple[bytes, dict[object, Any]]] | None:
    # A service whose equal calls are to be made each must not lose them to equal requests.
    if not config.server.share_requests or not all(each.share_calls for each in config.services.values()):
        return None
    return SharedAnswers(seen_headers(each.connector for each in connectors.values()))
