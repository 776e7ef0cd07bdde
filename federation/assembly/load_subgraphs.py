"""Get the SDL of every configured subgraph: from a file, a Python module, or the remote subgraph itself."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import ConnectorError
from connectors.graphql.fetch_schema import fetch_schema, introspect
from federation.config.sections import Config, SubgraphSection
from federation.errors import ConfigurationError
from schemas.plain_subgraph import plain_subgraph
from schemas.problems import SchemaInvalid
from schemas.subgraph import Subgraph
from schemas.to_subgraph import to_subgraph

# Printing a module reads its source with `ast`, of which CPython 3.11 runs only one safely at a time.
_ONE_AT_A_TIME = threading.Lock()


async def load_subgraphs(config: Config) -> tuple[Subgraph, ...]:
    """The subgraphs in their configured order. Raises ConfigurationError with every problem of all of them."""
    loading = (_load(name, section) for name, section in config.subgraphs.items())
    found = await asyncio.gather(*loading, return_exceptions=True)
    problems: list[str] = []
    subgraphs: list[Subgraph] = []
    for name, result in zip(config.subgraphs, found, strict=True):
        if isinstance(result, Subgraph):
            subgraphs.append(result)
        elif isinstance(result, SchemaInvalid):
            problems.extend(str(problem) for problem in result.problems)
        elif isinstance(result, ConnectorError | OSError | UnicodeDecodeError | ImportError):
            problems.append(f"subgraph '{name}': {result}")
        else:
            raise result
    if problems:
        raise ConfigurationError(tuple(problems))
    return tuple(subgraphs)


async def _load(name: str, section: SubgraphSection) -> Subgraph:
    if section.module is not None:
        return await asyncio.to_thread(_print_module, section.module, name)
    if section.sdl is not None:
        sdl = await asyncio.to_thread(section.sdl.read_text, encoding="utf-8")
        found = Subgraph(name, sdl, section.url or "", str(section.sdl))
    else:
        assert section.url is not None, "the configuration says that one of the three is there"
        sdl = await (introspect if section.plain else fetch_schema)(section.url)
        found = Subgraph(name, sdl, section.url, section.url)
    if not section.plain:
        return found
    return replace(
        found, sdl=plain_subgraph(found.sdl, section.lookups, f"subgraph '{name}'"), origin=f"subgraph '{name}'"
    )


def _print_module(module: str, name: str) -> Subgraph:
    with _ONE_AT_A_TIME:
        return to_subgraph(module, name)


def modules(config: Config) -> Mapping[str, str]:
    """The Python modules of those subgraphs that have one."""
    return {name: section.module for name, section in config.subgraphs.items() if section.module is not None}
