"""`interlace check`: is the configuration right, and do its subgraphs compose?"""

import asyncio
from pathlib import Path
from typing import TypeGuard

from graphql import GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType

from federation.assembly.build_supergraph import BuiltSupergraph, build_supergraph
from federation.assembly.every_problem import every_problem
from federation.cli.say import say, tell
from federation.cli.sources import Source
from federation.config.sections import Config
from federation.errors import ConfigurationError


def check_configuration(path: Path) -> None:
    """Say what was composed, and the hints. Raises ConfigurationError with every problem."""
    config = Source(path).read()
    built, problems = asyncio.run(_built(config))
    if problems:
        raise ConfigurationError(problems)
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


async def _built(config: Config) -> tuple[BuiltSupergraph, tuple[str, ...]]:
    built = await build_supergraph(config)
    return built, await every_problem(config, built)


def _has_fields(each: GraphQLNamedType) -> TypeGuard[GraphQLObjectType | GraphQLInterfaceType]:
    return isinstance(each, GraphQLObjectType | GraphQLInterfaceType) and not each.name.startswith("__")
