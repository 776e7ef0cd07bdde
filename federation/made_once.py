"""Make what is slow to make once, in a thread, and keep what was used last."""

import asyncio
from collections.abc import Callable, Hashable
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

from federation.workshop import Job, Overloaded, Workshop

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MadeOnce(Generic[K, V]):
    """Values by their keys, at most `most`: those least recently used are let go. Tasks of one event loop use it.

    Making happens in a workshop, so that it stalls nobody else; requests that wait for the same value share it. A
    failure goes to all that wait, and is not kept. What nobody waits for any more is not begun.
    """

    def __init__(self, most: int, workshop: Workshop) -> None:
        self._most = most
        self._workshop = workshop
        self._kept: dict[K, V] = {}
        self._making: dict[K, Job[V]] = {}

    def find(self, key: K) -> V | None:
        """The value, when it is kept."""
        value = self._kept.pop(key, None)
        if value is not None:
            self._kept[key] = value
        return value

    def latest(self, most: int) -> tuple[K, ...]:
        """The keys of what was used last, that first."""
        return tuple(islice(reversed(self._kept), most))

    async def make(self, key: K, make: Callable[[], V], deadline: float | None) -> V:
        """The value that `make` gives for the key, made by whoever is first to ask.

        Raises Overloaded when too much is being made, or when it is not there at the deadline (the loop's time; None:
        there is none).
        """
        job = self._making.get(key)
        if job is None:
            job = self._making[key] = self._workshop.start(make)
            job.done.add_done_callback(partial(self._take, key, job))
        job.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                # Others may wait for the same value: a client that leaves must not take it from them.
                return await asyncio.shield(job.done)
        except TimeoutError as error:
            raise Overloaded("the operation was not prepared in time; try again later") from error
        finally:
            job.waiting -= 1
            if not job.waiting and not job.done.done() and job.give_up():
                self._forget(key, job)

    def _take(self, key: K, job: Job[V], done: "asyncio.Future[V]") -> None:
        self._forget(key, job)
        # A failure is looked at here, since all who waited may have left.
        if not done.cancelled() and done.exception() is None:
            self._keep(key, done.result())

    def _forget(self, key: K, job: Job[V]) -> None:
        if self._making.get(key) is job:
            del self._making[key]

    def _keep(self, key: K, value: V) -> None:
        self._kept[key] = value
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
