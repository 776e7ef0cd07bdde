"""Keep a connection to one Redis node open: nobody who asks ever waits for a connection to be made."""

import asyncio
import logging
from collections.abc import Callable
from random import random
from typing import Any

from federation.extensions.stores.redis_link import Link
from federation.extensions.stores.redis_options import RedisOptions
from federation.extensions.stores.store import StoreAway

log = logging.getLogger(__name__)

Address = tuple[str, int]

PING_SECONDS = 1.0
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0


class Line:
    """The connection to one node, made anew whenever it is lost, to the `address` that then holds.

    While there is none, whoever asks is told so at once; that is the breaker. `on_up` is called with each new
    connection, `on_down` when one is lost, `on_push` with messages of subscriptions.
    """

    def __init__(
        self,
        address: Callable[[], Address],
        options: RedisOptions,
        *,
        on_up: Callable[[Link], None] | None = None,
        on_down: Callable[[], None] | None = None,
        on_push: Callable[[list[Any]], None] | None = None,
    ) -> None:
        self._address = address
        self._options = options
        self._on_up = on_up
        self._on_down = on_down
        self._on_push = on_push
        self._link: Link | None = None
        self._is_up = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether commands can be sent now."""
        return self._link is not None

    @property
    def link(self) -> Link:
        """The connection. Raises StoreAway while there is none."""
        if self._link is None:
            raise StoreAway("Redis is away")
        return self._link

    async def until_up(self, seconds: float) -> Link:
        """Wait for a connection, at most so long. Raises StoreAway."""
        try:
            async with asyncio.timeout(seconds):
                await self._is_up.wait()
        except TimeoutError as error:
            raise StoreAway("Redis is away") from error
        return self.link

    async def keep(self) -> None:
        """Connect, and connect again, until cancelled."""
        pause = FIRST_PAUSE
        told = False
        while True:
            try:
                link, lost = await self._connect()
            except (OSError, StoreAway) as error:  # a TimeoutError is an OSError
                if not told:
                    log.warning("Redis is away", extra={"detail": str(error) or type(error).__name__})
                    told = True
                await asyncio.sleep(pause * (0.5 + random()))  # noqa: S311 - replicas must not come back in step
                pause = min(pause * 2, LONGEST_PAUSE / 1.5)
                continue
            if told:
                log.warning("Redis is back")
            pause, told = FIRST_PAUSE, False
            try:
                await self._hold(link, lost)
            finally:
                self._drop(link)

    async def _connect(self) -> tuple[Link, asyncio.Event]:
        """A connection that answers, and the event of its end."""
        options = self._options
        lost = asyncio.Event()

        def end() -> None:
            self._link = None
            self._is_up.clear()
            lost.set()

        link = Link(options.connect_timeout, end, self._on_push)
        async with asyncio.timeout(options.connect_timeout):
            loop = asyncio.get_running_loop()
            host, port = self._address()
            name = host if options.tls else None
            await loop.create_connection(lambda: link, host, port, ssl=options.tls, server_hostname=name)
            try:
                await self._introduce(link)
            except BaseException:
                link.close()
                raise
        link.settle(options.timeout)
        return link, lost

    async def _introduce(self, link: Link) -> None:
        options = self._options
        if options.username:
            await link.ask("AUTH", options.username, options.password)
        elif options.password:
            await link.ask("AUTH", options.password)
        if options.database:
            await link.ask("SELECT", options.database)
        await link.ask("PING")

    async def _hold(self, link: Link, lost: asyncio.Event) -> None:
        """Return when the connection is lost; a quiet one is asked now and then whether it still stands."""
        self._link = link
        self._is_up.set()
        if self._on_up is not None:
            self._on_up(link)
        while link.is_open:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await lost.wait()
            except TimeoutError:
                await self._ping(link)

    async def _ping(self, link: Link) -> None:
        try:
            await link.ask("PING")
        except StoreAway:  # the link has ended itself, unless Redis answered with an error
            link.close()

    def _drop(self, link: Link) -> None:
        link.close()
        if self._on_down is not None:
            self._on_down()
