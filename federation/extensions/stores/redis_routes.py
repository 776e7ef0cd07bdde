"""Which Redis node holds a key: the only one there is, or that of the key's slot in a cluster."""

import asyncio
from typing import Any

from redis.crc import key_slot

from federation.extensions.stores.redis_line import Address, Line
from federation.extensions.stores.redis_link import Link
from federation.extensions.stores.redis_options import RedisOptions
from federation.extensions.stores.store import StoreAway

SLOTS = 16384
REFRESH_SECONDS = 0.5  # between two looks at a cluster in which something is wrong


class OneNode:
    """All keys are on one node."""

    def __init__(self, options: RedisOptions, group: asyncio.TaskGroup) -> None:
        self._address = (options.host, options.port)
        self._line = Line(self.some_address, options)
        self.tasks = [group.create_task(self._line.keep())]

    def slot(self, key: str) -> int:  # noqa: ARG002 - the same for every key
        """Keys of one slot can be named in one command."""
        return 0

    def link(self, slot: int) -> Link:  # noqa: ARG002
        """The connection to where the slot is. Raises StoreAway."""
        return self._line.link

    def any_link(self) -> Link:
        """Some connection. Raises StoreAway."""
        return self._line.link

    def some_address(self) -> Address:
        """Where the node stands."""
        return self._address

    async def until_up(self, seconds: float) -> None:
        """Wait until commands can be sent, at most so long. Raises StoreAway."""
        await self._line.until_up(seconds)

    async def redirect(self, slot: int, address: Address, *, for_good: bool) -> Link:  # noqa: ARG002
        """Only nodes of a cluster redirect."""
        raise StoreAway("Redis is a cluster: say 'cluster: true' in the configuration")


class Cluster:
    """Knows the node of each slot; looks again whenever a node is lost or says that a slot has moved."""

    def __init__(self, options: RedisOptions, group: asyncio.TaskGroup) -> None:
        self._options = options
        self._group = group
        self._seed = (options.host, options.port)
        self._lines: dict[Address, Line] = {}
        self._keepers: dict[Address, asyncio.Task[None]] = {}
        self._slots: list[Line | None] = [None] * SLOTS
        self._is_stale = asyncio.Event()
        self._is_known = asyncio.Event()
        self._line(self._seed)
        self._looker = group.create_task(self._keep_looking())

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What runs as long as the cluster is used."""
        return [self._looker, *self._keepers.values()]

    def slot(self, key: str) -> int:
        """Keys of one slot can be named in one command."""
        slot: int = key_slot(key.encode())
        return slot

    def link(self, slot: int) -> Link:
        """The connection to where the slot is. Raises StoreAway."""
        line = self._slots[slot]
        if line is None:
            raise StoreAway("no node of the Redis cluster is known for this slot")
        return line.link

    def any_link(self) -> Link:
        """Some connection. Raises StoreAway."""
        for line in self._lines.values():
            if line.is_up:
                return line.link
        raise StoreAway("Redis is away")

    def some_address(self) -> Address:
        """Where some node stands, one that is up if there is one."""
        return next((address for address, line in self._lines.items() if line.is_up), self._seed)

    async def until_up(self, seconds: float) -> None:
        """Wait until the slots are known and their nodes connected, at most so long. Raises StoreAway."""
        try:
            async with asyncio.timeout(seconds):
                await self._is_known.wait()
                for line in {line for line in self._slots if line is not None}:
                    await line.until_up(seconds)
        except TimeoutError as error:
            raise StoreAway("the Redis cluster is away") from error

    async def redirect(self, slot: int, address: Address, *, for_good: bool) -> Link:
        """The connection to a node that has the slot now, or takes it over. Raises StoreAway."""
        # A node that does not know its own name says nothing: it is the one that was asked first.
        line = self._line((address[0] or self._options.host, address[1]))
        if for_good:
            self._slots[slot] = line
            self._is_stale.set()
        return await line.until_up(self._options.timeout)

    def _line(self, address: Address) -> Line:
        line = self._lines.get(address)
        if line is None:
            look = self._is_stale.set
            line = self._lines[address] = Line(lambda: address, self._options, on_up=lambda _: look(), on_down=look)
            self._keepers[address] = self._group.create_task(line.keep())
        return line

    async def _keep_looking(self) -> None:
        while True:
            await self._is_stale.wait()
            self._is_stale.clear()
            try:
                self._learn(await self.any_link().ask("CLUSTER", "SLOTS"))
            except StoreAway:
                self._is_stale.set()
            if not all(line is not None and line.is_up for line in self._slots):
                self._is_stale.set()
            await asyncio.sleep(REFRESH_SECONDS)

    def _learn(self, ranges: list[list[Any]]) -> None:
        slots: list[Line | None] = [None] * SLOTS
        used = {self._seed}
        for first, last, (host, port, *_), *_ in ranges:
            address = (host.decode() if host else self._options.host, port)
            used.add(address)
            slots[first : last + 1] = [self._line(address)] * (last + 1 - first)
        self._slots = slots
        for address in self._lines.keys() - used:
            del self._lines[address]
            self._keepers.pop(address).cancel()
        if ranges:
            self._is_known.set()
