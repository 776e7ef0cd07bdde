"""Listen to messages between replicas, on a connection of its own."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from federation.extensions.stores.redis_line import Address, Line
from federation.extensions.stores.redis_link import Link
from federation.extensions.stores.redis_options import RedisOptions

log = logging.getLogger(__name__)


class _Listener(NamedTuple):
    heard: Callable[[bytes], None]
    joined: Callable[[], None]


class Channels:
    """Who listens to what. The connection is made for the first listener; nodes of a cluster all pass messages on."""

    def __init__(self, address: Callable[[], Address], options: RedisOptions, group: asyncio.TaskGroup) -> None:
        self._address = address
        self._options = options
        self._group = group
        self._line: Line | None = None
        self._listeners: dict[str, list[_Listener]] = {}
        self.tasks: list[asyncio.Task[None]] = []

    def listen(self, name: str, heard: Callable[[bytes], None], joined: Callable[[], None]) -> Callable[[], None]:
        """Begin to listen; gives the function that ends it."""
        listener = _Listener(heard, joined)
        self._listeners.setdefault(name, []).append(listener)
        if self._line is None:
            self._line = Line(self._address, self._options, on_up=self._subscribe, on_push=self._take)
            self.tasks.append(self._group.create_task(self._line.keep()))
        elif self._line.is_up:
            self._line.link.post(("SUBSCRIBE", name))
        return lambda: self._leave(name, listener)

    def _leave(self, name: str, listener: _Listener) -> None:
        listeners = self._listeners[name]
        listeners.remove(listener)
        if not listeners:
            del self._listeners[name]
            if self._line is not None and self._line.is_up:
                self._line.link.post(("UNSUBSCRIBE", name))

    def _subscribe(self, link: Link) -> None:
        if self._listeners:
            link.post(("SUBSCRIBE", *self._listeners))

    def _take(self, push: list[Any]) -> None:
        kind, name = push[0], push[1].decode()
        for listener in tuple(self._listeners.get(name, ())):
            try:
                if kind == b"message":
                    listener.heard(push[2])
                elif kind == b"subscribe":
                    listener.joined()
            except Exception:
                log.exception("a listener failed", extra={"channel": name})
