"""The CPU time of calls to a server in a process of its own, whose time is not counted."""

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeAlias

Call: TypeAlias = Callable[[], Awaitable[object]]


@contextmanager
def running_server(serve: Callable[[Connection], None]) -> Iterator[int]:
    """A process that serves and sends its port through the pipe."""
    context = multiprocessing.get_context("spawn")  # grpc's threads do not survive a fork
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


async def cpu_per_call(call: Call, calls: int, at_once: int) -> float:
    """The CPU time of one call in microseconds, with so many of them on their way."""

    async def repeat() -> None:
        for _ in range(calls // at_once):
            await call()

    before = time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(repeat())
    return (time.process_time() - before) / calls * 1e6
