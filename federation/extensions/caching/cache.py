"""The cache of one process: memory first, then the store that replicas share; it outlives snapshots."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from random import random
from typing import Any, Final, NamedTuple
from uuid import uuid4

from connectors.protocol import AnswerError
from federation.extensions.caching.counters import CacheCounters
from federation.extensions.caching.entry import Entry, read_entry, size_of, write_entry
from federation.extensions.caching.flights import Flights
from federation.extensions.caching.history import History
from federation.extensions.caching.invalidations import Invalidations
from federation.extensions.caching.keys import CacheKey
from federation.extensions.caching.sieve import Sieve
from federation.extensions.stores.store import Store, StoreAway
from federation.task_group import task_group

log = logging.getLogger(__name__)

MOST_BACKGROUND: Final = 256


class Landed(NamedTuple):
    """What a flight brought: an entry that those who waited may use (kept or not), or errors.

    Where both are missing, the answer cannot be passed on: whoever waited asks for itself.
    """

    entry: Entry | None = None
    errors: tuple[AnswerError, ...] = ()


@dataclass(frozen=True, slots=True)
class CacheSize:
    """How much is kept in memory, and how large one answer in the shared store may be; in bytes."""

    memory: int = 64 << 20
    largest_shared: int = 1 << 20


class Cache:
    """Entries by key, what is being fetched, and what was invalidated. Belongs to one event loop.

    `clock` is Unix time, since the shared store outlives this process; `draw` gives numbers from 0 up to 1.
    """

    def __init__(
        self,
        store: Store | None,
        background: "Background",
        size: CacheSize = CacheSize(),
        *,
        clock: Callable[[], float] = time.time,
        draw: Callable[[], float] = random,
    ) -> None:
        self.clock = clock
        self.draw = draw
        self.counters = CacheCounters()
        self.not_cached: Counter[str] = Counter()  # by `why_not.REASONS`
        self.flights: Flights[Landed] = Flights()
        self.background = background
        self.known = Invalidations(uuid4().hex)
        self.history = History(store, self.known, self.clear, clock)
        self._store = store
        self._size = size
        self._memory: Sieve[CacheKey, Entry] = Sieve(size.memory, size_of)

    @property
    def bytes_used(self) -> int:
        """How much memory the entries take."""
        return self._memory.bytes_used

    @property
    def is_shared(self) -> bool:
        """Whether there is a store beside the memory."""
        return self._store is not None

    def clear(self) -> None:
        """Forget what is in memory."""
        self._memory.clear()

    def find(self, key: CacheKey, now: float) -> Entry | None:
        """What is in memory, unless it is invalid or of no use any more."""
        entry = self._memory.get(key)
        if entry is None:
            return None
        if now >= entry.useful_until or not self.known.allows(entry):
            self._memory.remove(key)
            return None
        return entry

    def find_all(self, keys: Sequence[CacheKey], now: float) -> list[Entry | None]:
        """The same for several keys, in their order."""
        get, newest, epoch = self._memory.get, self.known.newest, self.known.epoch
        found = [get(key) for key in keys]
        for number, entry in enumerate(found):
            if entry is None:
                continue
            # What was asked for since the last invalidation needs no further look.
            is_valid = (entry.version >= newest and entry.epoch == epoch) or self.known.allows(entry)
            if not is_valid or now >= entry.useful_until:
                self._memory.remove(keys[number])
                found[number] = None
        return found

    async def find_shared(self, keys: Iterable[CacheKey], now: float) -> dict[CacheKey, Entry]:
        """What the shared store has, which goes to memory too. Nothing while the store is away."""
        wanted = list(keys)
        if self._store is None or not wanted:
            return {}
        try:
            texts = await self._store.get([_name(key) for key in wanted])
        except StoreAway:
            self.counters.store_failures += 1
            return {}
        found: dict[CacheKey, Entry] = {}
        for key, text in zip(wanted, texts, strict=True):
            entry = None if text is None else read_entry(text, self._size.largest_shared)
            if entry is not None and now < entry.useful_until and self.known.allows(entry):
                found[key] = entry
                self._memory.put(key, entry)
        return found

    def keep(self, entries: Mapping[CacheKey, Entry]) -> None:
        """Keep the entries in memory, and soon in the shared store."""
        for key, entry in entries.items():
            self._memory.put(key, entry)
        self.counters.stored += len(entries)
        if self._store is not None and self.history.is_joined:
            self.background.start(partial(self._share, self._store, dict(entries)))

    def keep_here(self, key: CacheKey, entry: Entry) -> None:
        """Keep an entry in memory alone."""
        self._memory.put(key, entry)

    async def invalidate(self, tags: Iterable[str]) -> None:
        """Make all that has one of these tags invalid, in every replica."""
        self.counters.invalidations += 1
        await self.history.invalidate(tags)

    async def _share(self, store: Store, entries: Mapping[CacheKey, Entry]) -> None:
        now = self.clock()
        by_life: dict[int, dict[str, bytes]] = {}
        for key, entry in entries.items():
            if len(entry.body) <= self._size.largest_shared:
                life = max(1, round(entry.useful_until - now))
                by_life.setdefault(life, {})[_name(key)] = write_entry(entry)
        try:
            for life, texts in by_life.items():
                await store.put(texts, life)
        except StoreAway:
            self.counters.store_failures += 1


class Background:
    """Runs what no request waits for, in a task group that ends with it; at most so many at once, others are left."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = True

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Run it soon; says whether that is possible."""
        if not self._is_open or len(self._tasks) >= MOST_BACKGROUND:
            return False
        task = self._group.create_task(_watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def settle(self) -> None:
        """Wait until all that was started is done."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def stop(self) -> None:
        """Cancel what still runs, and start nothing any more."""
        self._is_open = False
        for task in self._tasks:
            task.cancel()


async def _watched(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await work()
    except Exception:  # it must not end the others of the group
        log.exception("background work of the cache failed")


@asynccontextmanager
async def open_cache(
    store: Store | None,
    size: CacheSize = CacheSize(),
    *,
    clock: Callable[[], float] = time.time,
    draw: Callable[[], float] = random,
) -> AsyncIterator[Cache]:
    """A cache with its background work, while the block runs."""
    async with task_group() as group:
        background = Background(group)
        cache = Cache(store, background, size, clock=clock, draw=draw)
        leave = cache.history.listen()
        try:
            yield cache
        finally:
            leave()
            background.stop()


def _name(key: CacheKey) -> str:
    return f"cache:{blake2b(key, digest_size=20).hexdigest()}"
