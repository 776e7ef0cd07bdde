"""Serve the administration: in the loop of the one worker there is, or in a thread beside those that are watched."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeAlias

from federation.admin.administered import Administered
from federation.admin.administration import make_app, make_standing
from federation.admin.app import AdminApp
from federation.admin.crew import Crew
from federation.admin.told import MOST_BYTES
from federation.admin.workforce import Alone, OneWorker
from federation.cli.connection_limits import ConnectionLimits
from federation.cli.leaving_server import Events, LeavingPolicy, LeavingServer
from federation.cli.listen import listen
from federation.config.admin_section import AdminSection
from federation.config.sections import Config
from federation.door.door import Door
from federation.task_group import task_group

log = logging.getLogger(__name__)


def _is_too_large(_method: bytes, _target: bytes, length: int) -> bool:
    return length > MOST_BYTES


# Few ask, and none may take much.
LIMITS = ConnectionLimits(64, 16 << 10, head_seconds=5, client_seconds=10, idle_seconds=30, is_too_large=_is_too_large)
LEAVING = LeavingPolicy(notice=0.0, patience=1.0)
JoinCrew: TypeAlias = Callable[[int, int, socket.socket], None]


@contextmanager
def admin_listener(section: AdminSection) -> Iterator[socket.socket | None]:
    """What listens for operators while the block runs; None where the administration is off. Raises CannotListen."""
    if not section.is_on:
        yield None
        return
    with listen(section.host, section.port) as listener:
        yield listener


@asynccontextmanager
async def administering_alone(
    config: Config, listener: socket.socket | None, administered: Administered
) -> AsyncIterator[None]:
    """Serve the administration of this process, which is the only worker, while the block runs."""
    if listener is None:
        yield
        return
    alone = Alone(OneWorker(os.getpid(), administered.obey))
    async with _serving(make_app(config.admin, alone, make_standing(config)), listener):
        yield


@contextmanager
def administering_crew(config: Config, listener: socket.socket | None) -> Iterator[JoinCrew | None]:
    """Serve the administration of several workers while the block runs; gives what lets one join, from any thread.

    It has a thread of its own: this one waits for workers to end.
    """
    if listener is None:
        yield None
        return
    serving = _CrewThread(config, listener)
    serving.start()
    try:
        yield serving.join_crew
    finally:
        serving.stop()


class _CrewThread(threading.Thread):
    def __init__(self, config: Config, listener: socket.socket) -> None:
        super().__init__(name="administration", daemon=True)
        self._config = config
        self._listener = listener
        self._is_up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._crew: Crew | None = None
        self._may_end: asyncio.Event | None = None

    def run(self) -> None:
        """The life of the thread."""
        try:
            asyncio.run(self._serve())
        except Exception:
            log.exception("the administration has ended; the workers go on")
        finally:
            self._is_up.set()

    def start(self) -> None:
        """Return when workers may join."""
        super().start()
        self._is_up.wait()

    def join_crew(self, number: int, pid: int, channel: socket.socket) -> None:
        """Let a worker join that has just been started."""
        if self._loop is None or self._crew is None:
            channel.close()
            return
        try:
            self._loop.call_soon_threadsafe(self._crew.join, number, pid, channel)
        except RuntimeError:  # it has ended just now; workers go on without it
            channel.close()

    def stop(self) -> None:
        """End it, and wait for that."""
        if self._loop is not None and self._may_end is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._may_end.set)
        self.join()

    async def _serve(self) -> None:
        self._loop, self._may_end = asyncio.get_running_loop(), asyncio.Event()
        standing = make_standing(self._config)
        async with task_group() as workers:
            self._crew = Crew(standing, workers)
            async with _serving(make_app(self._config.admin, self._crew, standing), self._listener):
                self._is_up.set()
                await self._may_end.wait()


@asynccontextmanager
async def _serving(app: AdminApp, listener: socket.socket) -> AsyncIterator[None]:
    server = LeavingServer(app, Door(None), LIMITS, LEAVING, Events(lambda: None, lambda: None))
    async with task_group() as group:
        group.create_task(_serve(server, listener))
        try:
            yield
        finally:
            server.stop(at_once=True)


async def _serve(server: LeavingServer, listener: socket.socket) -> None:
    try:
        await server.serve(sockets=[listener])
    except Exception:  # what it stands beside must go on
        log.exception("the administration is not served any more")
