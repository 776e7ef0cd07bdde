"""The store of all replicas: Redis or Valkey, one node or a cluster, with every call pipelined on one connection."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha1
from itertools import starmap
from typing import Any

import hiredis

from federation.extensions.stores.redis_channels import Channels
from federation.extensions.stores.redis_link import Argument, RedisError, Reply
from federation.extensions.stores.redis_options import RedisOptions
from federation.extensions.stores.redis_routes import Cluster, OneNode
from federation.extensions.stores.store import StoreAway
from federation.task_group import task_group

log = logging.getLogger(__name__)

MOST_MOVES = 3  # how often one command follows a slot that moves


class Script:
    """A Lua script that runs atomically where its keys are; sent by its hash, as a whole where that is not known."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisStore:
    """A Store over Redis; made by `open_redis`. Belongs to one event loop.

    A command fails within the options' `timeout` when Redis hangs, at once while it is known to be away, and works
    again as soon as the connection is made anew, which is tried about once a second.
    """

    def __init__(self, options: RedisOptions, group: asyncio.TaskGroup) -> None:
        self._prefix = options.prefix
        self._routes = Cluster(options, group) if options.cluster else OneNode(options, group)
        self._channels = Channels(self._routes.some_address, options, group)

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values under the keys, in their order."""
        groups = self._by_slot(keys)
        replies = await self._ask_all([(slot, ("MGET", *names)) for slot, names in groups.items()])
        found: dict[str, bytes | None] = {}
        for names, values in zip(groups.values(), replies, strict=True):
            found.update(zip(names, values, strict=True))
        return [found[self._prefix + key] for key in keys]

    async def put(self, entries: Mapping[str, bytes], ttl: float) -> None:
        """Keep each value for `ttl` seconds, in place of what is there."""
        life = max(1, round(ttl * 1000))
        names = [(self._prefix + key, value) for key, value in entries.items()]
        await self._ask_all([(self._routes.slot(name), ("SET", name, value, "PX", life)) for name, value in names])

    async def add(self, key: str, value: bytes, ttl: float) -> bool:
        """Keep the value unless there is one; says whether it was kept."""
        name = self._prefix + key
        command = ("SET", name, value, "PX", max(1, round(ttl * 1000)), "NX")
        return await self._ask(self._routes.slot(name), command) is not None

    async def remove(self, keys: Sequence[str]) -> int:
        """Forget the keys; says how many there were."""
        groups = self._by_slot(keys)
        return sum(await self._ask_all([(slot, ("UNLINK", *names)) for slot, names in groups.items()]))

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Reply:
        """Run a script on keys of one hash tag. Raises StoreAway, RedisError."""
        names = [self._prefix + key for key in keys]
        slot = self._routes.slot(names[0])
        try:
            return await self._ask(slot, ("EVALSHA", script.sha, len(names), *names, *arguments))
        except RedisError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return await self._ask(slot, ("EVAL", script.text, len(names), *names, *arguments))

    async def publish(self, channel: str, message: bytes) -> None:
        """Tell all who listen on the channel, in every replica."""
        await self._routes.any_link().ask("PUBLISH", self._prefix + channel, message)

    def listen(self, channel: str, heard: Callable[[bytes], None], joined: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` with each message, and `joined` once Redis confirms; again after each lost connection."""
        return self._channels.listen(self._prefix + channel, heard, joined)

    async def until_up(self, seconds: float) -> None:
        """Wait until commands can be sent, at most so long. Raises StoreAway."""
        await self._routes.until_up(seconds)

    def _stop(self) -> None:
        for task in (*self._routes.tasks, *self._channels.tasks):
            task.cancel()

    def _by_slot(self, keys: Sequence[str]) -> dict[int, list[str]]:
        groups: dict[int, list[str]] = {}
        for key in keys:
            name = self._prefix + key
            groups.setdefault(self._routes.slot(name), []).append(name)
        return groups

    async def _ask_all(self, commands: Sequence[tuple[int, tuple[Argument, ...]]]) -> list[Any]:
        """Ask at once what may lie on several nodes."""
        if len(commands) == 1:
            return [await self._ask(*commands[0])]
        replies = await asyncio.gather(*starmap(self._ask, commands), return_exceptions=True)
        for reply in replies:
            if isinstance(reply, BaseException):
                raise reply
        return replies

    async def _ask(self, slot: int, command: tuple[Argument, ...]) -> Reply:
        reply = await self._routes.link(slot).send(command)
        if isinstance(reply, hiredis.ReplyError):
            return await self._follow(slot, command, str(reply))
        return reply

    async def _follow(self, slot: int, command: tuple[Argument, ...], problem: str) -> Reply:
        """Ask the node that has the slot now. Raises RedisError for what is no redirection."""
        for _ in range(MOST_MOVES):
            kind, _, where = problem.partition(" ")
            if kind not in ("MOVED", "ASK"):
                raise RedisError(problem)
            host, _, port = where.partition(" ")[2].rpartition(":")
            link = await self._routes.redirect(slot, (host, int(port)), for_good=kind == "MOVED")
            if kind == "ASK":
                _, reply = await asyncio.gather(link.send(("ASKING",)), link.send(command))
            else:
                reply = await link.send(command)
            if not isinstance(reply, hiredis.ReplyError):
                return reply
            problem = str(reply)
        raise StoreAway("a slot of the Redis cluster keeps moving")


@asynccontextmanager
async def open_redis(options: RedisOptions) -> AsyncIterator[RedisStore]:
    """A store that keeps its connections while the block runs. When Redis is away at first, that is logged."""
    async with task_group() as group:
        store = RedisStore(options, group)
        try:
            try:
                await store.until_up(options.connect_timeout)
            except StoreAway as error:
                log.warning("Redis is away at start", extra={"detail": str(error)})
            yield store
        finally:
            store._stop()  # noqa: SLF001 - only who opened it may stop it
