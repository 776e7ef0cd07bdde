"""Follow a registry for as long as a service is used, through all that may happen to the registry."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import NoReturn

from connectors.discovery.found import Found, Registry, RegistryAway
from connectors.discovery.hold_empty import HoldEmpty

log = logging.getLogger(__name__)

HOLD_EMPTY_SECONDS = 60.0
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 10.0


class Following:
    """Tells `publish` what endpoints a service has: at once, and whenever that changes.

    While the registry is away the last answer holds, and it is asked at most once a second, less often as time passes.
    `sleep` and `time` are asyncio's own, save where a test drives them.
    """

    def __init__(
        self,
        service: str,
        registry: Registry,
        publish: Callable[[Found], None],
        *,
        hold_empty_seconds: float = HOLD_EMPTY_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        time: Callable[[], float] | None = None,
    ) -> None:
        self._service = service
        self._registry = registry
        self._publish = publish
        self._hold = HoldEmpty(hold_empty_seconds)
        self._sleep = sleep
        self._given_time = time
        self._heard_at: float | None = None
        self._problem = ""
        self._known = asyncio.Event()

    @property
    def problem(self) -> str:
        """Why the registry does not answer at present; empty while it does."""
        return self._problem

    def age(self) -> float | None:
        """For how many seconds the registry has said nothing; None when it never did."""
        return None if self._heard_at is None else self._now() - self._heard_at

    async def wait_known(self, seconds: float) -> bool:
        """Wait until the registry has answered once, for so many seconds at most; whether it has."""
        try:
            async with asyncio.timeout(seconds):
                await self._known.wait()
        except TimeoutError:
            return False
        return True

    async def run(self) -> NoReturn:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._believe_in_time())
            pause = SHORTEST_PAUSE
            while True:
                heard = self._heard_at
                asked_at = self._now()
                await self._watch()
                # A registry that answers and then ends its answer is well; one that never answers is asked less often.
                pause = SHORTEST_PAUSE if self._heard_at != heard else min(pause * 2, LONGEST_PAUSE)
                await self._sleep(max(0.0, asked_at + pause - self._now()))

    async def close(self) -> None:
        """Close the registry's connections."""
        await self._registry.close()

    async def _watch(self) -> None:
        try:
            async with aclosing(self._registry.watch()) as answers:  # type: ignore[type-var]
                async for found in answers:
                    self._hear(found)
        except RegistryAway as error:
            if not self._problem:
                log.warning("a registry does not answer", extra={"service": self._service, "problem": str(error)})
            self._problem = str(error)

    def _hear(self, found: Found) -> None:
        if self._problem:
            log.warning("a registry answers again", extra={"service": self._service})
            self._problem = ""
        self._heard_at = self._now()
        is_first = not self._known.is_set()
        if self._hold.take(found, self._heard_at) or is_first:
            self._publish(self._hold.believed)
        self._known.set()

    async def _believe_in_time(self) -> NoReturn:
        """Give in to an empty answer once it has held for long enough."""
        while True:
            await self._sleep(SHORTEST_PAUSE)
            if self._hold.pass_time(self._now()):
                log.warning("a registry has named no endpoint for long", extra={"service": self._service})
                self._publish(())

    def _now(self) -> float:
        return self._given_time() if self._given_time is not None else asyncio.get_running_loop().time()
