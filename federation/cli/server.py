"""Run the ASGI server on a socket that is already listening, in this process or in several."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from federation.assembly.build_supergraph import build_supergraph
from federation.cli.garbage import collect_seldom
from federation.cli.leave_with_parent import leaving_with_parent
from federation.cli.log_lines import LineFormatter
from federation.cli.sources import ServedSource
from federation.cli.turns import take_short_turns
from federation.config.sections import Config
from federation.gateway import Gateway
from federation.http.app import App, EdgeOptions
from federation.reload.reloading_gateway import Origin, reloading_gateway

SOURCE_VARIABLE = "INTERLACE_SOURCE_JSON"
GRACE_SECONDS = 10
# A worker that says nothing for so long is replaced. On a busy machine one takes many seconds to start.
UNANSWERED_SECONDS = 30
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"{LineFormatter.__module__}.{LineFormatter.__qualname__}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


class _Server(uvicorn.Server):
    """A server that says when it is ready, and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises each signal again when it is done, which would cancel what has to be closed after it.
        yield


class _Workers(Multiprocess):
    """Several workers; SIGHUP reloads each, and does not start them anew."""

    def handle_hup(self) -> None:
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)


def run_server(source: ServedSource, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished first, for at most ten seconds.

    Raises ConfigurationError.
    """
    config = source.read()
    if config.server.workers == 1:
        run_in_loop(serve(source.origin(), config, listener, on_ready))
        return
    # What is wrong is said once, and not by every worker.
    asyncio.run(build_supergraph(config))
    os.environ[SOURCE_VARIABLE] = source.as_json()
    on_ready()
    settings = uvicorn.Config(
        f"{__name__}:{worker_application.__name__}",
        factory=True,
        workers=config.server.workers,
        timeout_worker_healthcheck=UNANSWERED_SECONDS,
        **_SETTINGS,
    )
    _Workers(settings, [listener]).run()


def run_in_loop(main: Any) -> None:
    """Run a coroutine to its end, in the fastest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


async def serve(origin: Origin, config: Config, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Open the gateway and serve until SIGINT or SIGTERM. Raises ConfigurationError."""
    async with reloading_gateway(origin, config) as (gateway, _):
        collect_seldom()
        take_short_turns()
        settings = uvicorn.Config(make_edge(config, gateway), **{**_SETTINGS, "lifespan": "off"})
        server = _Server(settings, on_ready)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, server)
        try:
            await server.serve(sockets=[listener])
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def make_edge(config: Config, gateway: Gateway, lifetime: AbstractAsyncContextManager[object] | None = None) -> App:
    """The ASGI application over a gateway that is open, or that `lifetime` opens when the server starts it."""
    server = config.server
    options = EdgeOptions(
        server.path,
        server.graphiql,
        server.max_request_size,
        frozenset(server.cors_origins),
        server.trusted_proxies,
        config.limits.max_batch,
    )
    return App(gateway, options, lifetime)


def worker_application() -> App:
    """The application of one worker process, which finds in its environment where its configuration is."""
    source = ServedSource.from_json(os.environ[SOURCE_VARIABLE])
    config, gateway = source.read(), Gateway()
    collect_seldom()
    take_short_turns()
    return make_edge(config, gateway, _worker_lifetime(source, config, gateway))


@asynccontextmanager
async def _worker_lifetime(source: ServedSource, config: Config, gateway: Gateway) -> AsyncIterator[None]:
    with leaving_with_parent():
        async with reloading_gateway(source.origin(), config, gateway):
            yield


def _stop(server: uvicorn.Server) -> None:
    """Finish what is in flight; at the second signal do not wait for it."""
    server.force_exit = server.should_exit
    server.should_exit = True


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


_SETTINGS: dict[str, Any] = {
    "http": "httptools",
    "ws": "none",
    "lifespan": "on",
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "date_header": False,
    "log_config": LOGGING,
    "log_level": "warning",
    "timeout_graceful_shutdown": GRACE_SECONDS,
}
