"""Make the cache and its layers of what the configuration and the supergraph say."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

from connectors.protocol import Connector, NamesHeaders
from federation.assembly.build_supergraph import BuiltSupergraph
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.execution.graph_connector import GraphConnector
from federation.extensions.caching.answers import AnswerCaching
from federation.extensions.caching.cache import Cache, CacheSize, open_cache
from federation.extensions.caching.fetch_caching import CachingRules
from federation.extensions.caching.hints import Hint, Hints
from federation.extensions.caching.mutations import Changed
from federation.extensions.caching.passed_headers import passed_headers
from federation.extensions.caching.shown_entities import keys_of
from federation.extensions.fallbacks.layers import FallbackRules, Fallbacks
from federation.extensions.stores.store import Store
from schemas.supergraph import Graph


@asynccontextmanager
async def open_configured_cache(config: Config, store: Store | None) -> AsyncIterator[Cache]:
    """The cache while the block runs; it outlives snapshots."""
    async with open_cache(store, CacheSize(config.cache.memory, config.cache.largest_shared)) as cache:
        yield cache


def caching_rules(
    config: Config, built: BuiltSupergraph, connectors: Mapping[str, GraphConnector]
) -> CachingRules | None:
    """What is to be kept; None where nothing is. Raises ConfigurationError."""
    section = config.cache
    if not section.enabled:
        return None
    problems = [*_unknown_services(config, connectors), *_unknown_mutations(config, built)]
    if problems:
        raise ConfigurationError(tuple(problems))
    hints = Hints(built.policies, None if section.default is None else Hint(section.default))
    if not hints.are_needed and not section.follow:
        return None
    services = {name: connector.service for name, connector in connectors.items()}
    return CachingRules(
        hints,
        keys_of(built.supergraph),
        service_of=lambda graph: services[graph.name],
        passed=lambda graph: _passed(graph, connectors[graph.name].connector),
        revalidation=section.revalidation,
        followed=frozenset(section.follow),
        changed={
            coordinate: [Changed(each.type or "", tuple(each.key.items()), each.tag or "") for each in changes]
            for coordinate, changes in section.mutations.items()
        },
    )


def fallbacks_of(
    config: Config, built: BuiltSupergraph, connectors: Mapping[str, GraphConnector], cache: Cache
) -> Fallbacks | None:
    """What stands in for fields; None where nothing does. Raises ConfigurationError."""
    declared = {name: policy.fallback for name, policy in built.policies.fields.items() if policy.fallback is not None}
    if not config.cache.enabled:
        problems = [
            f"{rule.origin}: {name}: last values are kept in the cache: set cache.enabled, or remove 'stale'"
            for name, rule in declared.items()
            if rule.stale
        ]
        if problems:
            raise ConfigurationError(tuple(problems))
    if not declared:
        return None
    services = {name: connector.service for name, connector in connectors.items()}
    rules = FallbackRules(
        built.policies,
        keys_of(built.supergraph),
        service_of=lambda graph: services[graph.name],
        passed=lambda graph: _passed(graph, connectors[graph.name].connector),
    )
    return Fallbacks(cache, rules)


def answer_caching(config: Config, cache: Cache, sdl: str) -> AnswerCaching:
    """The layer that keeps whole answers and says how long answers hold."""
    return AnswerCaching(cache, sdl, debug=config.cache.debug, keeps=config.cache.answers)


def _passed(graph: Graph, connector: Connector) -> frozenset[str] | None:
    """The client's headers that a graph's service gets; None where that may be any."""
    if isinstance(connector, NamesHeaders):
        return connector.seen_headers
    return None if graph.connect is None else passed_headers(graph.connect)


def _unknown_services(config: Config, connectors: Mapping[str, GraphConnector]) -> Iterator[str]:
    known = sorted({connector.service for connector in connectors.values()})
    for name in config.cache.follow:
        if name not in known:
            yield f"cache.follow: there is no service '{name}'; known are: {', '.join(known)}"


def _unknown_mutations(config: Config, built: BuiltSupergraph) -> Iterator[str]:
    schema = built.supergraph.api
    root = schema.mutation_type
    for coordinate, changes in config.cache.mutations.items():
        field = None if root is None else root.fields.get(coordinate.removeprefix("Mutation."))
        if field is None:
            yield f"cache.mutations: there is no field {coordinate}"
            continue
        for change in changes:
            if change.type is not None and change.type not in schema.type_map:
                yield f"cache.mutations.{coordinate}: there is no type '{change.type}'"
            for argument in change.key.values():
                if argument not in field.args:
                    yield f"cache.mutations.{coordinate}: the field has no argument '{argument}'"
