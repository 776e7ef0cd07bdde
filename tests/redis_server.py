"""Run a real Redis server for a test: on a free port of loopback, without files."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from federation.extensions.stores.redis_options import RedisOptions, read_redis_url
from tests.server_process import ServerProcess, free_port

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer(ServerProcess):
    """One server process, which can be paused, ended and started again on the same port."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.port = free_port()
        self.cluster_port = int(settings[settings.index("--cluster-port") + 1]) if "--cluster-port" in settings else 0
        super().__init__(
            (
                *(PROGRAM or "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder)),
                *("--save", "", "--appendonly", "no", *settings),
            )
        )

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        return self.ask("PING") in ("+PONG", "-NOAUTH Authentication required.")

    def flush(self) -> None:
        """Forget all keys, and all scripts."""
        assert self.ask("FLUSHALL") == "+OK"
        assert self.ask("SCRIPT FLUSH") == "+OK"

    def ask(self, command: str) -> str:
        """The first line of the answer."""
        return self.ask_whole(command).split("\r\n")[0]

    def ask_whole(self, command: str) -> str:
        """The answer to a command as it is on the wire; empty when nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(10_000).decode()
        except OSError:
            return ""


@contextmanager
def running_redis(folder: Path, *settings: str) -> Iterator[RedisServer]:
    server = RedisServer(folder, *settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def to(url: str, *, timeout: float = 1, cluster: bool = False) -> RedisOptions:
    """Options for a server at the address; patient, since machines that run tests are busy."""
    return replace(read_redis_url(url), timeout=timeout, cluster=cluster)
