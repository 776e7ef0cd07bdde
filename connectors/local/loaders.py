"""Give the resolvers of one client request their loaders, so that N entities cost one load."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar, cast

from aiodataloader import DataLoader

from schemas.authoring.local import Loader

K = TypeVar("K")
V = TypeVar("V")


class LoadAbandoned(Exception):
    """A load was given up, as its request was."""


class RequestLoaders:
    """What resolvers find in `info.context`: one loader for each load function, shared by all calls of a request.

    Only the request's own calls may use it, and only in the loop in which they run. Every load ends at `deadline`
    (loop time) at the latest.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._loaders: dict[object, Loader[Any, Any]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._is_abandoned = False

    def loader(self, load: Callable[[list[K]], Awaitable[Sequence[V]]]) -> Loader[K, V]:
        """The loader over `load`, which gets all keys asked for at once and gives as many values in their order."""
        found = self._loaders.get(load)
        if found is None:
            found = self._loaders[load] = _SharedLoader(self._bounded(load))
        return cast("Loader[K, V]", found)

    def abandon(self) -> None:
        """Cancel the loads that run, and start no more; those who wait for them get LoadAbandoned."""
        self._is_abandoned = True
        for task in self._running:
            task.cancel()

    def _bounded(self, load: Callable[[list[K]], Awaitable[Sequence[V]]]) -> Callable[[list[K]], Any]:
        async def load_in_time(keys: list[K]) -> list[V]:
            if self._is_abandoned:
                raise LoadAbandoned
            task = cast("asyncio.Task[Any]", asyncio.current_task())
            self._running.add(task)
            try:
                async with asyncio.timeout_at(self._deadline):
                    return list(await load(keys))
            except asyncio.CancelledError as error:
                # The task is ours alone and ends here; aiodataloader would leave those who wait without an answer.
                raise LoadAbandoned from error
            finally:
                self._running.discard(task)

        return load_in_time


class _SharedLoader(Generic[K, V]):
    """A DataLoader of which one user may give up without taking the value from the others."""

    def __init__(self, load: Callable[[list[K]], Any]) -> None:
        self._loader: DataLoader[K, V] = DataLoader(load)

    def load(self, key: K) -> Awaitable[V]:
        """The value of one key."""
        value = self._loader.load(key)
        value.add_done_callback(_note_failure)
        return asyncio.shield(value)

    def load_many(self, keys: Sequence[K]) -> Awaitable[Sequence[V]]:
        """The values of several keys, in their order."""
        return asyncio.gather(*map(self.load, keys))


def _note_failure(value: asyncio.Future[Any]) -> None:
    """Asyncio warns of exceptions that nobody took; here all who waited may have given up, at the deadline."""
    if not value.cancelled():
        value.exception()
