"""Make the snapshot of a configuration as it is now on disk, unless it would be the one that is live."""

import asyncio
from pathlib import Path

from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.lasting import Lasting
from federation.assembly.open_gateway import make_snapshot
from federation.config.sections import Config
from federation.gateway import Snapshot
from federation.reload.version import version_of
from schemas.team_modules import forget_modules, team_modules


async def make_next(config: Config, folder: Path | None, lasting: Lasting, live: str) -> Snapshot | None:
    """The next snapshot; None when its version is the live one. Raises ConfigurationError with every problem.

    The team's Python modules below `folder` are imported anew; if something is wrong they stay as they were.
    """
    with forget_modules(folder):
        built = await build_supergraph(config)
        sources = await asyncio.to_thread(team_modules, folder)
        operations = [route.operation for route in config.routes if route.operation is not None]
        version = await asyncio.to_thread(version_of, config, built.sdl, [*sources.values(), *operations])
        return None if version == live else await make_snapshot(config, built, lasting, version)
