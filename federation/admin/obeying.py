"""A worker's side of its socket: does what it is told, from the first decisions on to the end."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from federation.admin.administered import Administered
from federation.admin.messages import MessageBroken, read_message, write_message
from federation.task_group import task_group

log = logging.getLogger(__name__)

BEGIN_SECONDS = 5.0


@asynccontextmanager
async def obeying(channel: socket.socket, administered: Administered) -> AsyncIterator[None]:
    """Do what is told while the block runs; it begins when all is heeded that was decided before."""
    reader, writer = await asyncio.open_connection(sock=channel)
    has_begun = asyncio.Event()
    async with task_group() as group:
        listening = group.create_task(_obey(reader, writer, administered, has_begun))
        try:
            try:
                async with asyncio.timeout(BEGIN_SECONDS):
                    await has_begun.wait()
            except TimeoutError:
                log.warning("the administration says nothing: what operators decided before is not known here")
            yield
        finally:
            listening.cancel()
            writer.close()


async def _obey(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, administered: Administered, has_begun: asyncio.Event
) -> None:
    try:
        await _obey_all(reader, writer, administered, has_begun)
    except MessageBroken:  # requests must not suffer from it
        log.exception("the administration is not listened to any more")
    else:
        log.warning("the administration has ended; this worker goes on without it")
    finally:
        has_begun.set()  # nothing more is to be waited for


async def _obey_all(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, administered: Administered, has_begun: asyncio.Event
) -> None:
    async with task_group() as group:
        while (told := await read_message(reader)) is not None:
            if told["message"]["do"] == "begin":
                # All tasks before it have been given their turn: what does not wait has been done.
                group.create_task(_begin(writer, told["number"], has_begun))
            else:
                group.create_task(_answer(writer, told, administered))


async def _begin(writer: asyncio.StreamWriter, number: int, has_begun: asyncio.Event) -> None:
    has_begun.set()
    write_message(writer, {"number": number, "answer": {}})


async def _answer(writer: asyncio.StreamWriter, told: dict[str, Any], administered: Administered) -> None:
    try:
        answer = await administered.obey(told["message"])
        write_message(writer, {"number": told["number"], "answer": answer})
    except Exception:
        log.exception("an operator's wish failed", extra={"command": told["message"]["do"]})
        write_message(writer, {"number": told["number"], "answer": {"failed": True}})
