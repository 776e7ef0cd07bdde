"""Notice that a file changes which the graph is made of.

The files are looked at ten times a second. That costs about a thousandth of a core, and sees what notifications
of the operating system miss: network file systems, and the symbolic links that Kubernetes swaps under mounted files.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from federation.config.sections import Config
from schemas.team_modules import team_modules

LOOK_SECONDS = 0.1

# When it was written, its size, and which file it is; None where there is none.
State: TypeAlias = tuple[int, int, int] | None


async def watch_files(
    seen: Mapping[Path, State],
    files: Callable[[], Iterable[Path]],
    changed: Callable[[str], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Call `changed` with the names of files, when some have changed and then stayed as they are; until cancelled.

    `seen` is what they were like when they were read, as far as that is known.
    """
    before = await asyncio.to_thread(look, files())
    # Some of what was read is no part of the graph, such as a module that was loaded beside it.
    told: Mapping[Path, State] = {path: seen.get(path, state) for path, state in before.items()}
    while True:
        await sleep(LOOK_SECONDS)
        now = await asyncio.to_thread(look, files())
        # What is still being written is waited for: half a file is a mistake that nobody made.
        if now == before and now != told:
            changed(", ".join(sorted(path.name for path in _different(told, now))))
            told = now
        before = now


def files_of(path: Path | None, config: Config) -> Iterator[Path]:
    """The files that a configuration, which stands in the file `path`, is made of."""
    if path is not None:
        yield path
    if config.supergraph is not None:
        yield config.supergraph
    yield from (route.operation for route in config.routes if route.operation is not None)
    for section in config.subgraphs.values():
        if section.sdl is not None:
            yield section.sdl
            # Sources may name .proto files beside the schema.
            yield from section.sdl.parent.glob("*.proto")
        if section.module is not None and section.module.endswith(".py"):
            yield Path(section.module)
    yield from team_modules(path.parent if path is not None else None).values()


def look(files: Iterable[Path]) -> Mapping[Path, State]:
    """What the files are like."""
    return {path: _state(path) for path in files}


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _different(before: Mapping[Path, State], now: Mapping[Path, State]) -> Iterator[Path]:
    return (path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
