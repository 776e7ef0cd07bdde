"""Run the ASGI server on a socket that is already listening, in this process or in several."""

import asyncio
import logging.config
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection as Pipe
from typing import Any, TypeAlias

from federation.admin.administered import Administered
from federation.admin.audit import AuditFormatter
from federation.admin.measuring import measure
from federation.admin.obeying import obeying
from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.lasting import open_lasting
from federation.cli.admin_server import administering_alone, administering_crew
from federation.cli.connection_limits import ConnectionLimits
from federation.cli.garbage import collect_seldom, use_one_arena
from federation.cli.leave_with_parent import leaving_with_parent
from federation.cli.leaving_server import Events, LeavingPolicy, LeavingServer
from federation.cli.log_lines import LineFormatter
from federation.cli.say import complain
from federation.cli.sources import ServedSource
from federation.cli.turns import take_short_turns
from federation.cli.workers import Worker, Workers
from federation.config.sections import Config
from federation.door.door import Door
from federation.door.limiter import Limiter, LimitPolicy
from federation.errors import ConfigurationError
from federation.gateway import Gateway
from federation.http.app import App, EdgeOptions
from federation.reload.reloading_gateway import Origin, reloading

BEAT_SECONDS = 1.0
# What ends a server, and whether at once: whoever presses Ctrl-C waits for it.
SIGNALS = {signal.SIGTERM: False, signal.SIGINT: True, signal.SIGQUIT: True}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": f"{LineFormatter.__module__}.{LineFormatter.__qualname__}"},
        "audit": {"()": f"{AuditFormatter.__module__}.{AuditFormatter.__qualname__}"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "audit": {"class": "logging.StreamHandler", "formatter": "audit"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "uvicorn.error": {"level": "ERROR"},  # what clients send wrong is theirs, and would fill the log
        "interlace.audit": {"level": "INFO", "handlers": ["audit"], "propagate": False},
    },
}
Administer: TypeAlias = Callable[[Administered], AbstractAsyncContextManager[None]]


def run_server(
    source: ServedSource, listener: socket.socket, admin: socket.socket | None, on_ready: Callable[[], None]
) -> None:
    """Serve until SIGINT or SIGTERM, as LeavingServer says; operators ask by the listener `admin`, where there is one.

    Raises ConfigurationError, and WorkersFailed where there are several and one cannot start.
    """
    config = source.read()
    logging.config.dictConfig(LOGGING)
    use_one_arena()
    if config.server.workers == 1:
        alone = partial(administering_alone, config, admin)
        run_in_loop(serve(source.origin(), config, listener, on_ready, alone))
        return
    # What is wrong is said once, and not by every worker.
    asyncio.run(build_supergraph(config))
    written = source.as_json()
    with administering_crew(config, admin) as join_crew:

        def start(number: int) -> Worker:
            if join_crew is None:
                return Worker(number, run_worker, written, listener, None)
            ours, theirs = socket.socketpair()
            with theirs:
                worker = Worker(number, run_worker, written, listener, theirs)
            join_crew(number, worker.process.pid or 0, ours)
            return worker

        Workers(config.server.workers, start, on_ready).run(listener)


def run_worker(written: str, listener: socket.socket, channel: socket.socket | None, pipe: Pipe) -> None:
    """The life of one worker process, which hears of operators by the `channel`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent says when it is meant
    source = ServedSource.from_json(written)
    try:
        run_in_loop(_work(source, listener, channel, pipe))
    except ConfigurationError as error:
        complain(error.problems)
        raise SystemExit(1) from error


async def _work(source: ServedSource, listener: socket.socket, channel: socket.socket | None, pipe: Pipe) -> None:
    administer = partial(obeying, channel) if channel is not None else _unadministered
    with leaving_with_parent(), _beating(pipe) as begin_to_beat:
        await serve(source.origin(), source.read(), listener, begin_to_beat, administer, is_worker=True)


def run_in_loop(main: Any) -> None:
    """Run a coroutine to its end, in the fastest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


async def serve(
    origin: Origin,
    config: Config,
    listener: socket.socket,
    on_ready: Callable[[], None],
    administer: Administer,
    *,
    is_worker: bool = False,
) -> None:
    """Open the gateway and serve until SIGINT or SIGTERM, under administration. Raises ConfigurationError."""
    logging.config.dictConfig(LOGGING)
    async with open_lasting(config) as lasting, reloading(origin, config, lasting) as (gateway, reloader):
        collect_seldom()
        take_short_turns()
        door = make_door(config)
        edge = make_edge(config, gateway)
        server = LeavingServer(
            edge,
            door,
            _connection_limits(config, edge),
            LeavingPolicy(config.server.shutdown.notice, config.server.shutdown.patience),
            Events(on_ready, gateway.retire),
        )
        signals = {number: at_once for number, at_once in SIGNALS.items() if number != signal.SIGINT or not is_worker}
        measuring = measure(gateway, reloader, lasting, door)
        async with administer(Administered(gateway, reloader, lasting, door, measuring)):
            with server.stopped_by(signals):
                await server.serve(sockets=[listener])


def make_edge(config: Config, gateway: Gateway) -> App:
    """The ASGI application over a gateway that is open."""
    server = config.server
    options = EdgeOptions(
        server.path,
        server.graphiql,
        server.max_request_size,
        frozenset(server.cors_origins),
        server.trusted_proxies,
        config.limits.max_batch,
    )
    return App(gateway, options)


def make_door(config: Config) -> Door:
    """What lets requests in, as configured."""
    section = config.overload
    policy = LimitPolicy(section.target, most=section.max_in_flight)
    return Door(Limiter(policy) if section.enabled else None)


@asynccontextmanager
async def _unadministered(_: Administered) -> AsyncIterator[None]:
    yield


def _connection_limits(config: Config, edge: App) -> ConnectionLimits:
    clients = config.server.clients
    return ConnectionLimits(
        clients.max_connections,
        clients.max_head_size,
        clients.head_timeout,
        clients.timeout,
        clients.idle_timeout,
        edge.is_too_large,
    )


@contextmanager
def _beating(pipe: Pipe) -> Iterator[Callable[[], None]]:
    """What it gives begins to tell the parent, again and again, that the loop turns, until the block ends."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def beat() -> None:
        nonlocal timer
        with suppress(OSError):  # a parent that is gone needs no telling
            pipe.send_bytes(b".")
        timer = loop.call_later(BEAT_SECONDS, beat)

    try:
        yield beat
    finally:
        if timer is not None:
            timer.cancel()
        pipe.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
