"""Keep one history of invalidations with all replicas: a numbered log in the shared store, told by messages."""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final
from uuid import uuid4

import orjson

from federation.extensions.caching.invalidations import ALL, Invalidations
from federation.extensions.stores.store import Store, StoreAway

# Within so many seconds a replica learns what it missed.
RECHECK_SECONDS: Final = 1.0
# Longer than any entry lives, so that whoever finds an entry can find what made it invalid.
LOG_SECONDS: Final = 7 * 86_400.0
MOST_UNSENT: Final = 1_000
_STEP: Final = 32
_AT_START: Final = 1_024
_EPOCH: Final = "{cache}:epoch"
_HEAD: Final = "{cache}:head"
_CHANNEL: Final = "{cache}:invalidated"


class History:
    """The invalidations of all replicas, as far as this process knows; without a store, those of this process.

    An invalidation takes the next number by adding an entry to the log, which only one can do for each number. The
    messages that follow make others look at once; whoever misses one finds it in the log at its next look, a second
    later at most. `on_new` is called when another history begins: the shared store has lost the old one.
    """

    def __init__(
        self,
        store: Store | None,
        invalidations: Invalidations,
        on_new: Callable[[], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._known = invalidations
        self._on_new = on_new
        self._clock = clock
        self._look_at = 0.0
        self._looking = asyncio.Lock()
        self._unsent: dict[str, None] = {}
        self._is_joined = False
        self.failures = 0

    @property
    def is_due(self) -> bool:
        """Whether to `look` before anything kept is used."""
        return self._store is not None and self._clock() >= self._look_at

    @property
    def is_joined(self) -> bool:
        """Whether the numbers are those of all replicas."""
        return self._is_joined

    def listen(self) -> Callable[[], None]:
        """Begin to hear of invalidations; gives what ends it."""
        if self._store is None:
            return lambda: None
        return self._store.listen(_CHANNEL, self._hear, self._doubt)

    async def look(self) -> None:
        """Learn what was missed. When the store is away, go on with what is known."""
        if self._store is None:
            return
        async with self._looking:
            if self._clock() < self._look_at:
                return  # somebody else has just looked
            self._look_at = self._clock() + RECHECK_SECONDS
            try:
                await self._catch_up(self._store)
                if self._unsent:
                    await self._append(self._store, tuple(self._unsent))
                    self._unsent.clear()
            except StoreAway:
                self.failures += 1

    async def invalidate(self, names: Iterable[str]) -> None:
        """Make all entries with one of these tags invalid: here at once, elsewhere as soon as they hear of it."""
        told = tuple(dict.fromkeys(names))
        if not told:
            return
        # Before the number is known: one more than any entry has, so that nobody here sees what was.
        self._known.add(self._known.version + 1, told)
        if self._store is None:
            self._known.reach(self._known.version + 1)
            return
        try:
            if not self._is_joined:
                await self._catch_up(self._store)
            await self._append(self._store, told)
        except StoreAway:
            self.failures += 1
            self._unsent.update(dict.fromkeys(told))
            if len(self._unsent) > MOST_UNSENT:
                self._unsent = {ALL: None}
                self._known.add(self._known.version + 1, (ALL,))

    async def _append(self, store: Store, names: tuple[str, ...]) -> None:
        message = orjson.dumps(names)
        while True:
            number = self._known.version + 1
            if await store.add(self._log(number), message, LOG_SECONDS):
                break
            await self._catch_up(store)
            if self._known.version < number:  # the entry is there and yet cannot be read: pass it by
                self._known.know_from(number)
                self._known.reach(number)
        self._known.add(number, names)
        self._known.reach(number)
        await store.put({_HEAD: b"%d" % number, _EPOCH: self._known.epoch.encode()}, LOG_SECONDS)
        await store.publish(_CHANNEL, orjson.dumps((self._known.epoch, number, names)))

    async def _catch_up(self, store: Store) -> None:
        while True:
            first = self._known.version + 1
            numbers = range(first, first + _STEP)
            epoch, head, *log = await store.get([_EPOCH, _HEAD, *map(self._log, numbers)])
            if not self._is_joined or epoch is None or epoch.decode() != self._known.epoch:
                await self._join(store, epoch, head)
                continue
            for number, message in zip(numbers, log, strict=True):
                if message is None:
                    self._pass_gap(number, int(head or 0))
                    return
                self._known.add(number, orjson.loads(message))
                self._known.reach(number)

    def _pass_gap(self, missing: int, head: int) -> None:
        if head >= missing:  # the log is no longer that old: nobody knows what stood there
            self._known.know_from(head)
            self._known.reach(head)

    async def _join(self, store: Store, epoch: bytes | None, head: bytes | None) -> None:
        """Follow the history that the store has, or begin one."""
        if epoch is None:
            fresh = uuid4().hex.encode()
            if await store.add(_EPOCH, fresh, LOG_SECONDS):
                epoch, head = fresh, None
            else:
                epoch = (await store.get([_EPOCH]))[0] or fresh
        last = int(head or 0)
        first = max(0, last - _AT_START)
        if self._is_joined or self._known.version:
            self._on_new()
        self._known.begin(epoch.decode(), first)
        self._is_joined = True

    def _log(self, number: int) -> str:
        return f"{{cache}}:log:{self._known.epoch}:{number}"

    def _hear(self, message: bytes) -> None:
        epoch, number, names = orjson.loads(message)
        if epoch != self._known.epoch:
            self._doubt()
            return
        self._known.add(number, names)
        if number == self._known.version + 1:
            self._known.reach(number)
        elif number > self._known.version:
            self._doubt()

    def _doubt(self) -> None:
        self._look_at = 0.0
