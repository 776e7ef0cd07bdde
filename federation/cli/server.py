"""Run the ASGI server on a socket that is already listening, in this process or in several."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from federation.assembly.build_supergraph import build_supergraph
from federation.assembly.open_gateway import open_gateway
from federation.cli.garbage import collect_seldom
from federation.cli.log_lines import LineFormatter
from federation.config.sections import Config
from federation.gateway import Gateway
from federation.http.app import App, EdgeOptions

CONFIG_VARIABLE = "INTERLACE_CONFIG_JSON"
GRACE_SECONDS = 10
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


def run_server(config: Config, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished first, for at most ten seconds.

    Raises ConfigurationError.
    """
    if config.server.workers == 1:
        run_in_loop(serve(config, listener, on_ready))
        return
    # What is wrong is said once, and not by every worker.
    asyncio.run(build_supergraph(config))
    os.environ[CONFIG_VARIABLE] = config.model_dump_json()
    on_ready()
    uvicorn.run(
        f"{__name__}:{worker_application.__name__}",
        factory=True,
        fd=listener.fileno(),
        workers=config.server.workers,
        **_SETTINGS,
    )


def run_in_loop(main: Any) -> None:
    """Run a coroutine to its end, in the fastest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


async def serve(config: Config, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Open the gateway and serve until SIGINT or SIGTERM. Raises ConfigurationError."""
    async with open_gateway(config) as gateway:
        collect_seldom()
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


def make_edge(config: Config, gateway: Gateway | None = None) -> App:
    """The ASGI application; without an open gateway it opens one of its own when the server starts it."""
    server = config.server
    options = EdgeOptions(
        server.path,
        server.graphiql,
        server.max_request_size,
        frozenset(server.cors_origins),
        server.trusted_proxies,
    )
    if gateway is not None:
        return App(gateway, options)
    own = Gateway(server.request_timeout)
    return App(own, options, open_gateway(config, own))


def worker_application() -> App:
    """The application of one worker process, which finds the configuration in its environment."""
    collect_seldom()
    return make_edge(Config.model_validate_json(os.environ[CONFIG_VARIABLE]))


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
