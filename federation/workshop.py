"""A few threads in which operations are prepared, and a line before them that cannot grow without end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from federation.errors import RequestError

V = TypeVar("V")
THREADS = 2
MOST_UNFINISHED = 200


class Overloaded(RequestError):
    """Too much is being prepared, so that this operation is not, or not in time."""

    code = "OVERLOADED"
    status = 503


class Job(Generic[V]):
    """Something that a workshop makes, and how many wait for it."""

    __slots__ = ("_in_thread", "done", "waiting")

    def __init__(self, in_thread: "Future[V]") -> None:
        self._in_thread = in_thread
        self.done: asyncio.Future[V] = asyncio.wrap_future(in_thread)
        self.waiting = 0

    def give_up(self) -> bool:
        """Take it out of the line; False when it was begun, and so will be done."""
        return self._in_thread.cancel()


class Workshop:
    """Makes things in threads of its own, in the order in which they were asked for. One event loop's tasks use it.

    The threads are not the event loop's: that one's own also look up names, which must not wait behind a slow plan.
    They are few, since Python runs one of them at a time, and each that is busy makes the event loop wait for its turn.
    """

    def __init__(self, threads: int = THREADS, most_unfinished: int = MOST_UNFINISHED) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="prepare")
        self._most_unfinished = most_unfinished
        self._unfinished = 0

    def start(self, make: Callable[[], V]) -> Job[V]:
        """Make it when its turn comes. Raises Overloaded when too much is in line."""
        if self._unfinished >= self._most_unfinished:
            raise Overloaded("too many new operations wait to be prepared; try again later")
        job = Job(self._threads.submit(make))
        self._unfinished += 1
        job.done.add_done_callback(self._finish)
        return job

    def close(self) -> None:
        """Begin nothing more; what is in line is given up. Waits for nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _finish(self, _: object) -> None:
        self._unfinished -= 1
