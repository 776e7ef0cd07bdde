"""Start and stop one program of the shop: its options, its sockets, its signals."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from examples.storefront.chassis.admin import Behaviour, admin_app
from examples.storefront.chassis.database import Fill, open_database
from examples.storefront.chassis.rest import RestApp, Route
from examples.storefront.chassis.rest_faults import rest_interceptor

SECONDS_TO_FINISH = 1


@dataclass(frozen=True, slots=True)
class Options:
    """How a program was started; port 0 takes a free one."""

    host: str
    port: int
    admin_port: int
    database: Path
    exit_with_parent: bool


def read_options(name: str, port: int, arguments: Sequence[str] | None = None) -> Options:
    """The options of the program `name`, whose own port is `port` unless told otherwise."""
    parser = argparse.ArgumentParser(prog=f"python -m examples.storefront.{name}", description=f"The {name} service.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=port, help="port, 0 for a free one (default: %(default)s)")
    parser.add_argument("--admin-port", type=int, default=0, help="port for counts and faults (default: a free one)")
    parser.add_argument("--database", type=Path, required=True, help="SQLite file, made and filled if missing")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input ends")
    found = parser.parse_args(arguments)
    return Options(found.host, found.port, found.admin_port, found.database, found.exit_with_parent)


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a program to its end; what keeps it from starting is one line and exit code 1."""
    try:
        asyncio.run(main)
    except* (OSError, sqlite3.Error) as group:
        errors = "; ".join(str(error) for error in group.exceptions)
        sys.stderr.write(f"error: {errors}\n")
        sys.exit(1)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError that names the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY where the protocol is named; without it an answer's body waits 40 ms behind its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise OSError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    return listener


def announce(host: str, port: int, admin_port: int) -> None:
    """Tell whoever started this program, as one line of JSON, that it answers and where."""
    addresses = {"address": f"{host}:{port}", "admin": f"{host}:{admin_port}"}
    sys.stdout.write(f"{orjson.dumps(addresses).decode()}\n")
    sys.stdout.flush()


async def stopped(options: Options, ready: Callable[[], None]) -> None:
    """Return when this program is told to stop: by a signal, or by the end of the process that started it.

    `ready` is called as soon as it can be told: a signal that came before would end the program at once.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    stdin = sys.stdin.fileno() if options.exit_with_parent else None

    def read_stdin(stdin: int) -> None:
        if not os.read(stdin, 4096):
            stop.set()

    if stdin is not None:
        loop.add_reader(stdin, read_stdin, stdin)
    ready()
    await stop.wait()
    if stdin is not None:
        loop.remove_reader(stdin)


class HttpServer(uvicorn.Server):
    """An HTTP server on a socket that listens already; signals belong to the program."""

    def __init__(self, app: RestApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


@contextlib.asynccontextmanager
async def _serving(app: RestApp, listener: socket.socket) -> Any:
    server = HttpServer(app)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve([listener]))
        try:
            yield
        finally:
            server.should_exit = True


@contextlib.asynccontextmanager
async def admin_address(behaviour: Behaviour, options: Options) -> Any:
    """Serve the admin address while the block runs; gives its port."""
    listener = listen(options.host, options.admin_port)
    async with _serving(admin_app(behaviour), listener):
        yield listener.getsockname()[1]


async def serve_rest(options: Options, fill: Fill, routes: Callable[[sqlite3.Connection], Sequence[Route]]) -> None:
    """Run a REST program over its database until it is told to stop."""
    behaviour = Behaviour()
    with contextlib.closing(open_database(options.database, fill)) as database:
        listener = listen(options.host, options.port)
        app = RestApp(routes(database), rest_interceptor(behaviour))
        async with admin_address(behaviour, options) as admin_port, _serving(app, listener):
            port = listener.getsockname()[1]
            await stopped(options, lambda: announce(options.host, port, admin_port))
            behaviour.stopping.set()
