"""What stands around every call of a graph's connector, outermost first: the one place that knows the order."""

from collections.abc import Mapping
from dataclasses import replace

from federation.config.sections import Config
from federation.execution.graph_connector import GraphConnector
from federation.extensions.stores.redis import RedisStore
from federation.layer import FetchLayer, wrap_call
from schemas.supergraph import Graph


def fetch_layers(_config: Config, _store: RedisStore | None) -> tuple[FetchLayer, ...]:
    """The layers that the configuration asks for; none where it asks for none."""
    return ()


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
