"""`interlace check`: is the configuration right, and do its subgraphs compose?"""

import asyncio
from pathlib import Path
from typing import TypeGuard

from graphql import GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType

from federation.assembly.authentication import check_authentication
from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.operation_routes import stored_operations
from federation.assembly.persisted_documents import trusted_documents
from federation.cli.say import say, tell
from federation.config.read import read_config
from federation.errors import ConfigurationError


def check_configuration(path: Path) -> None:
    """Say what was composed, and the hints. Raises ConfigurationError with every problem."""
    config = read_config(path)
    check_authentication(config)
    built = asyncio.run(build_supergraph(config))
    problems: list[str] = []
    stored_operations(config, built.supergraph.api, trusted_documents(config), problems)
    if problems:
        raise ConfigurationError(tuple(problems))
    for hint in built.hints:
        tell(f"hint: {hint}")
    graphs = built.supergraph.graphs.values()
    connectors = sum(graph.connect is not None for graph in graphs)
    types = [each for each in built.supergraph.api.type_map.values() if _has_fields(each)]
    fields = sum(len(each.fields) for each in types)
    say(
        f"{path} is right: {len({graph.subgraph for graph in graphs})} subgraphs with {connectors} connectors give "
        f"{fields} fields of {len(types)} types"
    )


def _has_fields(each: GraphQLNamedType) -> TypeGuard[GraphQLObjectType | GraphQLInterfaceType]:
    return isinstance(each, GraphQLObjectType | GraphQLInterfaceType) and not each.name.startswith("__")
