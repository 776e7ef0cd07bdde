"""One program of the shop as a child process: started, known by its addresses, stopped."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 15.0
SECONDS_TO_STOP = 10.0


class DidNotStart(Exception):
    """A program ended, or stayed silent, before it said where it answers."""


@dataclass(slots=True)
class ProgramProcess:
    """A running program: the number of its instance of `service`, and where it answers (`host:port`)."""

    service: str
    instance: int
    address: str
    admin: str
    process: Process

    @property
    def is_running(self) -> bool:
        """Whether the process is still there."""
        return self.process.returncode is None

    async def stop(self) -> None:
        """Ask it to stop; kill it when it does not within some seconds."""
        if not self.is_running:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), SECONDS_TO_STOP)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.is_running:
            self.process.kill()
            await self.process.wait()


async def start_program(service: str, instance: int, database: Path, host: str, port: int) -> ProgramProcess:
    """Start one program and wait until it answers. Raises DidNotStart; what it complained about is on stderr.

    The child keeps its standard input open as long as this process lives, and stops when that ends, so that it never
    outlives us, however we die. In a session of its own, it does not see a Ctrl-C in our terminal: we stop it in order.
    """
    command = ["-m", f"examples.storefront.{service}", "--exit-with-parent", "--database", str(database)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        *("--host", host, "--port", str(port)),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), SECONDS_TO_START)
    except BaseException as error:  # also when we are cancelled: nobody else knows this process yet
        process.kill()
        await process.wait()
        if isinstance(error, TimeoutError):
            raise DidNotStart(f"{service} {instance}: no answer within {SECONDS_TO_START:g} s") from error
        raise
    if not line:
        raise DidNotStart(f"{service} {instance}: ended with exit code {await process.wait()}")
    addresses = orjson.loads(line)
    return ProgramProcess(service, instance, addresses["address"], addresses["admin"], process)
