"""What stands around every call of a graph's connector, outermost first: the one place that knows the order."""

from collections.abc import Mapping
from dataclasses import replace

from federation.assembly.authentication import Authentication
from federation.assembly.services import Services
from federation.assembly.team_extensions import team_fetch_layers
from federation.config.sections import Config
from federation.execution.graph_connector import GraphConnector
from federation.extensions.authentication.pass_identity import PassIdentity
from federation.extensions.caching.cache import Cache
from federation.extensions.caching.fetch_caching import CachingRules, FetchCaching
from federation.extensions.fallbacks.layers import Fallbacks, KeepLastValues, UseFallbacks
from federation.layer import FetchLayer, wrap_call
from schemas.supergraph import Graph


def fetch_layers(
    config: Config,
    authentication: Authentication | None,
    cache: Cache | None,
    caching: CachingRules | None,
    fallbacks: Fallbacks | None = None,
) -> tuple[FetchLayer, ...]:
    """The layers that the configuration asks for; none where it asks for none."""
    return (
        # A team's own are outermost: they see every call, also those that are answered without the service.
        *team_fetch_layers(config),
        # Around the cache: what that still has is better than a fallback.
        *((UseFallbacks(fallbacks),) if fallbacks is not None else ()),
        *((FetchCaching(cache, caching),) if cache is not None and caching is not None else ()),
        # Inside the cache: what that gives is older than it looks.
        *((KeepLastValues(fallbacks),) if fallbacks is not None else ()),
        # Inside the cache, whose keys have all that a service is told (the identity's `answer_scope`): only what is
        # sent needs the headers.
        *(_passing(config, authentication) if authentication and authentication.told else ()),
    )


def _passing(config: Config, authentication: Authentication) -> tuple[FetchLayer, ...]:
    services = Services(config)
    return (PassIdentity(lambda graph: authentication.told.get(services.name_of(graph))),)


def in_fetch_layers(
    connectors: Mapping[str, GraphConnector], graphs: Mapping[str, Graph], layers: tuple[FetchLayer, ...]
) -> dict[str, GraphConnector]:
    """The connectors, called through the layers."""
    if not layers:
        return dict(connectors)
    return {
        name: replace(each, layered=wrap_call(layers, each.connector.call, graphs[name]))
        for name, each in connectors.items()
    }
