"""`interlace openapi`: the description of the REST endpoints that run operations."""

import asyncio
from pathlib import Path

from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.operation_routes import describe, stored_operations
from federation.assembly.persisted_documents import trusted_documents
from federation.cli.say import say, tell
from federation.cli.sources import Source
from federation.errors import ConfigurationError


def print_openapi(source: Source, output: Path | None) -> None:
    """Print the OpenAPI document, or write it to a file. Raises ConfigurationError with every problem."""
    config = source.read()
    built = asyncio.run(build_supergraph(config))
    problems: list[str] = []
    stored = stored_operations(config, built.supergraph.api, trusted_documents(config), problems)
    if problems:
        raise ConfigurationError(tuple(problems))
    text = describe(config, built.supergraph.api, stored).decode()
    if output is None:
        say(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")
        tell(f"{output}: {len(stored)} routes are described")
