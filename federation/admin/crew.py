"""The workers of a gateway that has several, each reached by a socket that both sides have had since it was started."""

import asyncio
import logging
import socket
from collections.abc import Mapping
from typing import Any

from federation.admin.administered import Message
from federation.admin.messages import MessageBroken, read_message, write_message
from federation.admin.standing_decisions import StandingDecisions
from federation.admin.workforce import WorkerSilent

log = logging.getLogger(__name__)

MOST_UNANSWERED = 64
FAILED: Mapping[str, Any] = {"failed": True}


class RemoteWorker:
    """One worker process; what it is told waits in its socket until it has started."""

    def __init__(self, number: int, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.pid = pid
        self._reader = reader
        self._writer = writer
        self._last = 0
        self._unanswered: dict[int, asyncio.Future[Mapping[str, Any]]] = {}

    async def ask(self, message: Message) -> Mapping[str, Any]:
        """What it says. Raises WorkerSilent."""
        if len(self._unanswered) >= MOST_UNANSWERED:
            raise WorkerSilent("it has not answered for long: it hangs or starts")
        if self._writer.is_closing():
            raise WorkerSilent("it has ended, and is replaced")
        said = await self.tell(message)
        if "failed" in said:
            raise WorkerSilent("it failed to do so; the failure is logged")
        return said

    def tell(self, message: Message) -> asyncio.Future[Mapping[str, Any]]:
        """Send a message; the future has what it says, and WorkerSilent where it ends before."""
        self._last += 1
        known: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._unanswered[self._last] = known
        write_message(self._writer, {"number": self._last, "message": message})
        return known

    async def listen(self) -> None:
        """Take its answers until it ends."""
        try:
            while (answer := await read_message(self._reader)) is not None:
                known = self._unanswered.pop(answer["number"], None)
                if known is not None and not known.done():
                    known.set_result(answer.get("answer", FAILED))
        except MessageBroken:
            log.exception("a worker is not listened to any more", extra={"pid": self.pid})
        finally:
            for known in self._unanswered.values():
                if not known.done():
                    known.set_result(FAILED)
            self._writer.close()


class Crew:
    """All workers; whoever starts one lets it join. Belongs to one event loop."""

    def __init__(self, standing: StandingDecisions, group: asyncio.TaskGroup) -> None:
        self._standing = standing
        self._group = group
        self._workers: dict[int, RemoteWorker] = {}
        self._numbers: set[int] = set()
        self.restarts = 0

    @property
    def workers(self) -> tuple[RemoteWorker, ...]:
        """Those that run, or start."""
        return tuple(self._workers.values())

    def join(self, number: int, pid: int, channel: socket.socket) -> None:
        """A worker has been started; it hears first what was decided before."""
        self._group.create_task(self._accompany(number, pid, channel))

    async def _accompany(self, number: int, pid: int, channel: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=channel)
        worker = RemoteWorker(number, pid, reader, writer)
        self.restarts += number in self._numbers
        self._numbers.add(number)
        self._workers[number] = worker
        for message in (self._standing.heeding(), *self._standing.hearing(), {"do": "begin"}):
            worker.tell(message)
        try:
            await worker.listen()
        finally:
            if self._workers.get(number) is worker:
                del self._workers[number]
