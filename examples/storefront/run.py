"""Run the whole shop, two instances of each service: `python -m examples.storefront.run`."""

import argparse
import asyncio
import signal
import ssl
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from examples.storefront.program_process import DidNotStart, ProgramProcess, start_program

SERVICES = ("users", "orders", "preferences")
INSTANCES = 2


class StorefrontFailed(Exception):
    """Some programs of the shop could not be started; the others have been stopped."""


class Storefront:
    """The shop while the block runs: every program started and answering.

    `ports` are those of the instances of a service, in order; free ones are taken where it says nothing. Both instances
    of a service share one database in `folder`, by default a temporary one that goes with the block. Enter it once.
    """

    def __init__(
        self, *, folder: Path | None = None, ports: Mapping[str, Sequence[int]] | None = None, host: str = "127.0.0.1"
    ) -> None:
        self._given_folder = folder
        self._ports = ports or {}
        self._host = host
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._client = httpx.AsyncClient(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # only speaks to loopback
        self._programs: dict[tuple[str, int], ProgramProcess] = {}

    async def __aenter__(self) -> Self:
        """Start every program. Raises StorefrontFailed with all that went wrong."""
        if self._given_folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="storefront-", ignore_cleanup_errors=True)
        wanted = [(service, instance) for service in SERVICES for instance in range(1, INSTANCES + 1)]
        starts = (self._start(service, instance, self._port(service, instance)) for service, instance in wanted)
        try:
            found = await asyncio.gather(*starts, return_exceptions=True)
        except asyncio.CancelledError:
            await self._stop()
            raise
        problems = [result for result in found if isinstance(result, BaseException)]
        if problems:
            await self._stop()
            unexpected = [problem for problem in problems if not isinstance(problem, DidNotStart)]
            if unexpected:
                raise unexpected[0]
            raise StorefrontFailed("; ".join(str(problem) for problem in problems))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop every program and remove what is temporary."""
        await self._stop()

    @property
    def programs(self) -> tuple[ProgramProcess, ...]:
        """Every program that was started, by service and instance."""
        return tuple(self._programs[key] for key in sorted(self._programs))

    def program(self, service: str, instance: int) -> ProgramProcess:
        """One program; instances count from 1. Raises KeyError when there is no such one."""
        return self._programs[service, instance]

    def endpoints(self, service: str) -> tuple[str, ...]:
        """Where the instances of a service answer, as `host:port`."""
        return tuple(program.address for program in self.programs if program.service == service)

    def environment(self) -> dict[str, str]:
        """The variables by which `interlace.yaml` finds the endpoints: `USERS_1` and so on."""
        return {f"{program.service.upper()}_{program.instance}": program.address for program in self.programs}

    async def kill(self, service: str, instance: int) -> None:
        """End one program at once, as a crash would."""
        await self.program(service, instance).kill()

    async def restart(self, service: str, instance: int) -> None:
        """Start a program that was killed again, at the address that it had."""
        port = int(self.program(service, instance).address.rpartition(":")[2])
        await self.kill(service, instance)
        await self._start(service, instance, port)

    async def calls(self) -> dict[str, int]:
        """How often each operation was called since the last reset, all running instances together."""
        answers = await asyncio.gather(*(self._admin(program, "GET", "/calls") for program in self._running()))
        return dict(sorted(sum((Counter(answer.json()) for answer in answers), Counter()).items()))

    async def reset_calls(self) -> None:
        """Count from nothing again."""
        await asyncio.gather(*(self._admin(program, "POST", "/calls/reset") for program in self._running()))

    async def set_fault(self, service: str, kind: str, *, instance: int | None = None, **members: Any) -> None:
        """Make a service (or one instance of it) misbehave; the members are those of `chassis.faults.Fault`.

        Kind `none` ends it. Raises httpx.HTTPStatusError when the fault is not understood.
        """
        fault = {"kind": kind, **members}
        wanted = [program for program in self._running() if program.service == service]
        wanted = [program for program in wanted if instance in {None, program.instance}]
        await asyncio.gather(*(self._admin(program, "POST", "/fault", fault) for program in wanted))

    async def reset(self) -> None:
        """End every fault and count from nothing again."""
        await asyncio.gather(*(self.set_fault(service, "none") for service in SERVICES))
        await self.reset_calls()

    async def _admin(self, program: ProgramProcess, method: str, path: str, value: Any = None) -> httpx.Response:
        answer = await self._client.request(method, f"http://{program.admin}{path}", json=value)
        return answer.raise_for_status()

    def _running(self) -> list[ProgramProcess]:
        return [program for program in self.programs if program.is_running]

    def _port(self, service: str, instance: int) -> int:
        ports = self._ports.get(service, ())
        return ports[instance - 1] if instance <= len(ports) else 0

    async def _start(self, service: str, instance: int, port: int) -> None:
        folder = Path(self._temporary.name) if self._temporary else self._given_folder
        assert folder is not None, "entered only once"
        database = folder / f"{service}.sqlite3"
        self._programs[service, instance] = await start_program(service, instance, database, self._host, port)

    async def _stop(self) -> None:
        await asyncio.gather(*(program.stop() for program in self.programs))
        await self._client.aclose()
        if self._temporary:
            self._temporary.cleanup()


async def main(arguments: Sequence[str] | None = None) -> None:
    """Run the shop until it is told to stop, and say where it answers."""
    parser = argparse.ArgumentParser(prog="python -m examples.storefront.run", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="the first of six ports (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the databases are kept (default: a temporary folder)")
    options = parser.parse_args(arguments)
    first = {service: options.port + INSTANCES * place for place, service in enumerate(SERVICES)}
    ports = {service: range(port, port + INSTANCES) for service, port in first.items()}
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Storefront(folder=options.folder, ports=ports) as storefront:
        for program in storefront.programs:
            print(f"{program.service} {program.instance}: {program.address} (counts and faults: {program.admin})")
        print("Ctrl-C stops all of them.", flush=True)
        await stop.wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except StorefrontFailed as failed:
        raise SystemExit(f"error: {failed}") from None
