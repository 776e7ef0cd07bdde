"""A memory cache that is bounded in bytes: SIEVE keeps what is asked for again (Zhang et al., NSDI 2024)."""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=bytes)
Value = TypeVar("Value")

# Bytes of CPython objects for one entry, beside its key and value (measured).
NODE_BYTES = 330


class _Node(Generic[Key, Value]):
    __slots__ = ("key", "newer", "older", "size", "value", "visited")

    def __init__(self, key: Key, value: Value, size: int) -> None:
        self.key = key
        self.value = value
        self.size = size
        self.visited = False
        self.newer: _Node[Key, Value] | None = None
        self.older: _Node[Key, Value] | None = None


class Sieve(Generic[Key, Value]):
    """Entries of one event loop's tasks; `size_of` gives a value's bytes.

    Evicting passes over what was asked for since the hand last came by. A new entry is not asked for yet, so a scan of
    things that nobody wants twice drives out nothing that somebody does. What alone is larger than an eighth of the
    cache is not kept.
    """

    def __init__(self, most_bytes: int, size_of: Callable[[Value], int]) -> None:
        self._most_bytes = most_bytes
        self._size_of = size_of
        self._nodes: dict[bytes, _Node[Key, Value]] = {}
        self._newest: _Node[Key, Value] | None = None
        self._oldest: _Node[Key, Value] | None = None
        self._hand: _Node[Key, Value] | None = None
        self.bytes_used = 0
        self.evictions = 0

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, key: Key) -> Value | None:
        """The value, which counts as asked for."""
        node = self._nodes.get(key)
        if node is None:
            return None
        node.visited = True
        return node.value

    def put(self, key: Key, value: Value) -> bool:
        """Keep the value in place of what is there; says whether it is kept."""
        size = NODE_BYTES + len(key) + self._size_of(value)
        if size > self._most_bytes // 8:
            self.remove(key)
            return False
        node = self._nodes.get(key)
        if node is not None:
            self.bytes_used += size - node.size
            node.value, node.size = value, size
        else:
            self._insert(_Node(key, value, size))
        while self.bytes_used > self._most_bytes:
            self._evict()
        return True

    def remove(self, key: Key) -> bool:
        """Forget the key; says whether it was there."""
        node = self._nodes.get(key)
        if node is None:
            return False
        self._drop(node)
        return True

    def clear(self) -> None:
        """Forget everything."""
        for node in self._nodes.values():
            node.newer = node.older = None  # nothing is left that only a collection of garbage would free
        self._nodes.clear()
        self._newest = self._oldest = self._hand = None
        self.bytes_used = 0

    def _insert(self, node: _Node[Key, Value]) -> None:
        self._nodes[node.key] = node
        self.bytes_used += node.size
        node.older = self._newest
        if self._newest is not None:
            self._newest.newer = node
        self._newest = node
        if self._oldest is None:
            self._oldest = node

    def _evict(self) -> None:
        node = self._hand or self._oldest
        assert node is not None
        while node.visited:
            node.visited = False
            following = node.newer or self._oldest
            assert following is not None
            node = following
        self._hand = node.newer
        self.evictions += 1
        self._drop(node)

    def _drop(self, node: _Node[Key, Value]) -> None:
        if self._hand is node:
            self._hand = node.newer
        if node.newer is None:
            self._newest = node.older
        else:
            node.newer.older = node.older
        if node.older is None:
            self._oldest = node.newer
        else:
            node.older.newer = node.newer
        # A chain of freed nodes would otherwise be freed by recursion.
        node.newer = node.older = None
        del self._nodes[node.key]
        self.bytes_used -= node.size
