"""`interlace check`: is the configuration right, and do its subgraphs compose?"""

import asyncio
from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType

from federation.assembly.build_supergraph import build_supergraph
from federation.cli.say import say, tell
from federation.config.read import read_config


def check_configuration(path: Path) -> None:
    """Say what was composed, and the hints. Raises ConfigurationError with every problem."""
    config = read_config(path)
    built = asyncio.run(build_supergraph(config))
    types = [
        each
        for each in built.supergraph.api.type_map.values()
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType) and not each.name.startswith("__")
    ]
    for hint in built.hints:
        tell(f"hint: {hint}")
    fields = sum(len(each.fields) for each in types)
    say(f"{path} is right: {len(built.supergraph.graphs)} graphs give {fields} fields of {len(types)} types")
