"""Start the programs of a benchmark pinned to their cores, wait until they answer, and end all of them."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from benchmarks.measuring import CannotMeasure

HERE = Path(__file__).parent
ROOT = HERE.parent
PATIENCE = 60.0
GRACE = 5.0
SERVE = (sys.executable, "-c", "from federation.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Program:
    """A running program: where it answers, and the process that it began with.

    `query` is what it is asked in place of the others' query, where it has other names for things.
    """

    name: str
    url: str
    pid: int
    query: str = ""


class Programs:
    """The programs that the block starts; at its end, however it ends, all of them and what they started are ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        """From now on being told to stop ends the block as an interrupt does."""
        signal.signal(signal.SIGTERM, _interrupted)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End everything."""
        for _, process in reversed(self._running):
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for _, process in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            _signal(process, signal.SIGKILL)
            process.wait()

    def start(
        self,
        name: str,
        command: Sequence[str],
        core: str,
        *,
        environment: Mapping[str, str] | None = None,
        where: Path = ROOT,
    ) -> subprocess.Popen[bytes]:
        """Start a program on a core; what it says goes to a file of its name."""
        with (self.folder / f"{slug(name)}.log").open("wb") as log:
            process = subprocess.Popen(
                ["taskset", "-c", core, *command],
                cwd=where,
                env={**os.environ, "NODE_ENV": "production", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append((name, process))
        return process

    def wait(self, name: str, url: str, process: subprocess.Popen[bytes], query: str = "{ __typename }") -> Program:
        """Wait until the program answers a GraphQL query at the address. Raises CannotMeasure."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                if "data" in ask(url, query):
                    return Program(name, url, process.pid)
            except (OSError, ValueError):
                time.sleep(0.1)
        said = (self.folder / f"{slug(name)}.log").read_text(errors="replace")[-1_500:]
        raise CannotMeasure(f"{name} does not answer at {url}. It said:\n{said}")

    def interlace(self, name: str, config: str, core: str, *arguments: str, command: Sequence[str] = SERVE) -> Program:
        """Start our gateway (by another command, where one is given) with this configuration; wait until it answers."""
        port = free_port()
        path = self.folder / f"{slug(name)}.yaml"
        path.write_text(config)
        command = [*command, "serve", "-c", str(path), "--port", str(port), *arguments]
        process = self.start(name, command, core)
        return self.wait(name, f"http://127.0.0.1:{port}/graphql", process)


def ask(
    url: str, query: str, timeout: float = 10.0, headers: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """The answer to a query; that of a status which says failure too. Raises OSError, ValueError."""
    sent = {"content-type": "application/json", "accept": "application/json", **headers}
    request = urllib.request.Request(url, json.dumps({"query": query}).encode(), sent)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            found: dict[str, Any] = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        found = json.loads(error.read())
    return found


def slug(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something listens. Raises CannotMeasure."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise CannotMeasure(f"nothing listens on port {port}")


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the program and all that it started, which have a process group of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def without_traceback() -> Iterator[None]:
    """What cannot be measured is one line for whoever asked."""
    try:
        yield
    except CannotMeasure as error:
        raise SystemExit(f"error: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit("stopped; everything that was started has been ended") from None
