"""Open a gateway that is reloaded when its files change, on SIGHUP, and when it is told to."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from federation.assembly.lasting import Lasting, open_lasting
from federation.config.sections import Config
from federation.gateway import Gateway
from federation.reload.make_next import make_next
from federation.reload.reloader import Reloader
from federation.reload.watched import State, files_of, look, watch_files


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the configuration comes from: how it is read, and its file, if it has one."""

    read: Callable[[], Config]
    path: Path | None = None


@asynccontextmanager
async def reloading_gateway(origin: Origin, config: Config) -> AsyncIterator[tuple[Gateway, Reloader]]:
    """Open a gateway with a configuration that was read of `origin`.

    Raises ConfigurationError.
    """
    async with open_lasting(config) as lasting, reloading(origin, config, lasting) as opened:
        yield opened


@asynccontextmanager
async def reloading(origin: Origin, config: Config, lasting: Lasting) -> AsyncIterator[tuple[Gateway, Reloader]]:
    """The same over what outlives snapshots. Raises ConfigurationError."""
    opened = Gateway()
    folder = origin.path.parent if origin.path is not None else None
    seen = look(files_of(origin.path, config))
    first = await make_next(config, folder, lasting, "")
    assert first is not None, "no version is live yet"
    opened.open(first)
    reloader = Reloader(opened, config, origin.read, lambda read: make_next(read, folder, lasting, opened.version))
    try:
        async with _kept_up_to_date(reloader, origin.path, seen):
            yield opened, reloader
    finally:
        await opened.close()


@asynccontextmanager
async def _kept_up_to_date(reloader: Reloader, path: Path | None, seen: Mapping[Path, State]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks: list[asyncio.Task[None]] = [group.create_task(reloader.run())]
        if reloader.config.server.watch:
            files = _Files(path, reloader)
            tasks.append(group.create_task(watch_files(seen, files, reloader.ask)))
        try:
            with _hangup(reloader):
                yield
        finally:
            for task in tasks:
                task.cancel()


class _Files:
    """The files that the live graph is made of; found anew when another configuration is live."""

    def __init__(self, path: Path | None, reloader: Reloader) -> None:
        self._path = path
        self._reloader = reloader
        self._generation = -1
        self._known: tuple[Path, ...] = ()

    def __call__(self) -> tuple[Path, ...]:
        if self._generation != self._reloader.generation:
            self._generation = self._reloader.generation
            self._known = tuple(files_of(self._path, self._reloader.config))
        return self._known


@contextmanager
def _hangup(reloader: Reloader) -> Iterator[None]:
    """Reload on SIGHUP, where there is such a signal."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGHUP, reloader.ask, "SIGHUP")
    except (AttributeError, NotImplementedError, RuntimeError, ValueError):
        yield  # not on this platform, or not in this thread
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
