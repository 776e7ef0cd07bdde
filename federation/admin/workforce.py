"""All workers of a gateway, asked at once: none is waited for longer than a deadline, and who is silent is named."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from federation.admin.administered import Message

log = logging.getLogger(__name__)


class Deadlines(NamedTuple):
    """How long (seconds) workers may take to say what they are like, to do something, and to reload."""

    look: float = 2.0
    act: float = 5.0
    reload: float = 60.0


DEADLINES = Deadlines()


class WorkerSilent(Exception):
    """A worker does not answer; the message says why, for operators."""


class AskedWorker(Protocol):
    """One worker that can be asked."""

    @property
    def number(self) -> int:
        """Its place among the workers; who takes its place has the same."""

    @property
    def pid(self) -> int:
        """Its process."""

    async def ask(self, message: Message) -> Mapping[str, Any]:
        """What the worker says to a message. Raises WorkerSilent."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one worker said; where it is silent there is no answer, but a problem."""

    number: int
    pid: int
    answer: Mapping[str, Any] | None
    problem: str = ""


class Workforce(Protocol):
    """The workers as they are now."""

    @property
    def workers(self) -> Iterable[AskedWorker]:
        """Those that run, or start."""

    @property
    def restarts(self) -> int:
        """How many workers took the place of another."""


@dataclass(frozen=True, slots=True)
class OneWorker:
    """The worker of a gateway that has only one: it runs in this process."""

    pid: int
    obey: Callable[[Message], Awaitable[dict[str, Any]]]
    number: int = 0

    async def ask(self, message: Message) -> Mapping[str, Any]:
        """What it says."""
        return await self.obey(message)


@dataclass(frozen=True, slots=True)
class Alone:
    """A workforce of one."""

    worker: OneWorker
    restarts: int = field(default=0, init=False)

    @property
    def workers(self) -> tuple[OneWorker, ...]:
        """The one."""
        return (self.worker,)


async def ask_all(workforce: Workforce, message: Message, seconds: float) -> tuple[Heard, ...]:
    """What all workers say to a message within so many seconds, in the order of their numbers."""
    workers = sorted(workforce.workers, key=lambda worker: worker.number)
    return tuple(await asyncio.gather(*(_ask(worker, message, seconds) for worker in workers)))


async def _ask(worker: AskedWorker, message: Message, seconds: float) -> Heard:
    try:
        async with asyncio.timeout(seconds):
            return Heard(worker.number, worker.pid, await worker.ask(message))
    except TimeoutError:
        problem = f"no answer within {seconds:g} s: it is busy, hangs or starts"
    except WorkerSilent as error:
        problem = str(error)
    except Exception:
        log.exception("a worker failed to do what an operator wanted", extra={"command": message["do"]})
        problem = "it failed to do so; the failure is logged"
    return Heard(worker.number, worker.pid, None, problem)
