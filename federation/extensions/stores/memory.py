"""The store of one process: entries with a lifetime, bounded in bytes, and listeners called at once."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

ENTRY_OVERHEAD = 200  # bytes of CPython objects for one entry, beside its key and value


class _Entry(NamedTuple):
    value: bytes
    until: float


class MemoryStore:
    """Keeps at most `most_bytes`; what was written longest ago goes first. Used by one event loop."""

    def __init__(self, most_bytes: int = 64 << 20, clock: Callable[[], float] = monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._bytes = 0
        self._listeners: dict[str, list[Callable[[bytes], None]]] = {}

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values under the keys, in their order."""
        return [self._find(key) for key in keys]

    async def put(self, entries: Mapping[str, bytes], ttl: float) -> None:
        """Keep each value for `ttl` seconds, in place of what is there."""
        for key, value in entries.items():
            self._keep(key, value, ttl)

    async def add(self, key: str, value: bytes, ttl: float) -> bool:
        """Keep the value unless there is one; says whether it was kept."""
        if self._find(key) is not None:
            return False
        self._keep(key, value, ttl)
        return True

    async def remove(self, keys: Sequence[str]) -> int:
        """Forget the keys; says how many there were."""
        return sum(self._find(key) is not None and self._drop(key) for key in keys)

    async def publish(self, channel: str, message: bytes) -> None:
        """Tell all who listen on the channel."""
        for heard in tuple(self._listeners.get(channel, ())):
            heard(message)

    def listen(self, channel: str, heard: Callable[[bytes], None], joined: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` with each message from now on; here none is ever missed."""
        listeners = self._listeners.setdefault(channel, [])
        listeners.append(heard)
        joined()
        return lambda: listeners.remove(heard)

    def _find(self, key: str) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.until <= self._clock():
            self._drop(key)
            return None
        return entry.value

    def _keep(self, key: str, value: bytes, ttl: float) -> None:
        self._drop(key)
        self._entries[key] = _Entry(value, self._clock() + ttl)
        self._bytes += _size(key, value)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._bytes -= _size(key, entry.value)
        return True


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + ENTRY_OVERHEAD
