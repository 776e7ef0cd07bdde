"""Make what is slow to make once, in a thread, and keep what was used last."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MadeOnce(Generic[K, V]):
    """Values by their keys, at most `most`: those least recently used are let go. Tasks of one event loop use it.

    Making runs in a thread, so that it stalls nobody else; requests that wait for the same value share it. A failure
    goes to all that wait, and is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[K, V] = {}
        self._making: dict[K, asyncio.Future[V]] = {}

    def find(self, key: K) -> V | None:
        """The value, when it is kept."""
        value = self._kept.pop(key, None)
        if value is not None:
            self._kept[key] = value
        return value

    async def make(self, key: K, make: Callable[[], V]) -> V:
        """The value that `make` gives for the key, made by whoever is first to ask."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.get_running_loop().run_in_executor(None, make)
            making.add_done_callback(lambda done: self._forget(key, done))
        # Others may wait for the same value: a client that leaves must not take it from them.
        value = await asyncio.shield(making)
        self._keep(key, value)
        return value

    def _forget(self, key: K, done: asyncio.Future[V]) -> None:
        del self._making[key]
        if not done.cancelled():
            done.exception()  # looked at here, since all who waited may have left

    def _keep(self, key: K, value: V) -> None:
        self._kept[key] = value
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
