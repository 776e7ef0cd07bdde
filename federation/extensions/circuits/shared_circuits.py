"""Share between replicas that the circuit of a service opened or closed, by the store that they share.

Each replica goes on deciding by itself; what it hears only adds to that. So when the store is away nothing is lost but
the news.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import uuid4

import orjson

from connectors.traffic.breaker import Breaker
from federation.extensions.stores.store import Store, StoreAway
from federation.task_group import task_group

log = logging.getLogger(__name__)

CHANNEL: Final = "circuits"
MOST_WAITING: Final = 1_000


@dataclass(frozen=True, slots=True)
class _News:
    """A circuit opened for so many seconds, the how many-th time in a row; or closed, where there are none."""

    name: str
    seconds: float = 0.0
    openings: int = 0


class SharedCircuits:
    """The circuits that one process shares, by the names of their services; it outlives snapshots.

    `clock` is that of the breakers, `unix_time` that of all replicas.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.monotonic,
        unix_time: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._clock = clock
        self._unix_time = unix_time
        self._own = uuid4().hex
        self._breakers: dict[str, list[Breaker]] = {}
        # What is to be said; None: what others said while this process did not hear it is to be looked up.
        self._waiting: asyncio.Queue[_News | None] = asyncio.Queue(MOST_WAITING)

    def follow(self, name: str, breaker: Breaker) -> Callable[[], None]:
        """Share the circuit of a service from now on. Gives the function that ends it."""
        self._breakers.setdefault(name, []).append(breaker)
        breaker.news = _Teller(name, self._put)
        self._put(None)
        return partial(self._leave, name, breaker)

    async def run(self) -> None:
        """Tell and look up, until cancelled."""
        while True:
            news = await self._waiting.get()
            try:
                await (self._look() if news is None else self._tell(news))
            except StoreAway as error:
                log.warning("replicas do not hear of a circuit", extra={"problem": str(error)})

    def hear(self, message: bytes) -> None:
        """Take in what a replica says, but for this one."""
        try:
            teller, name, seconds, openings = orjson.loads(message)
            if teller != self._own:
                self._take(_News(str(name), float(seconds), int(openings)))
        except (ValueError, TypeError):
            log.warning("a message about a circuit cannot be read")

    def look(self) -> None:
        """Look up, soon, which circuits are open: that may have been said unheard."""
        self._put(None)

    def _leave(self, name: str, breaker: Breaker) -> None:
        breaker.news = None
        self._breakers[name].remove(breaker)
        if not self._breakers[name]:
            del self._breakers[name]

    def _put(self, news: _News | None) -> None:
        try:
            self._waiting.put_nowait(news)
        except asyncio.QueueFull:
            log.warning("too much is to be said of circuits: some of it is not")

    async def _tell(self, news: _News) -> None:
        if news.seconds:
            until = self._unix_time() + news.seconds
            await self._store.put({_key(news.name): orjson.dumps([until, news.openings])}, news.seconds)
        else:
            await self._store.remove([_key(news.name)])
        message = orjson.dumps([self._own, news.name, news.seconds, news.openings])
        await self._store.publish(CHANNEL, message)

    async def _look(self) -> None:
        names = list(self._breakers)
        if not names:
            return
        for name, text in zip(names, await self._store.get([_key(name) for name in names]), strict=True):
            if text is not None:
                until, openings = orjson.loads(text)
                self._take(_News(name, until - self._unix_time(), openings))

    def _take(self, news: _News) -> None:
        now = self._clock()
        for breaker in self._breakers.get(news.name, ()):
            if news.seconds > 0:
                breaker.hear_opened(news.seconds, news.openings, now)
            else:
                breaker.hear_closed(now)


class _Teller:
    """Tells of the circuit of one service."""

    def __init__(self, name: str, put: Callable[[_News], None]) -> None:
        self._name = name
        self._put = put

    def opened(self, seconds: float, openings: int) -> None:
        self._put(_News(self._name, seconds, openings))

    def closed(self) -> None:
        self._put(_News(self._name))


@asynccontextmanager
async def open_circuits(store: Store | None) -> AsyncIterator[SharedCircuits | None]:
    """What replicas share of circuits, while the block runs; None where they share no store."""
    if store is None:
        yield None
        return
    async with task_group() as group:
        circuits = SharedCircuits(store)
        telling = group.create_task(circuits.run())
        leave = store.listen(CHANNEL, circuits.hear, circuits.look)
        try:
            yield circuits
        finally:
            leave()
            telling.cancel()


def _key(name: str) -> str:
    return f"circuit:{name}"
