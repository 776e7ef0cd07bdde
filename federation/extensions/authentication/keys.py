"""Where the keys of an issuer come from: the configuration, or the issuer itself while the gateway runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn, Protocol

from federation.extensions.authentication.held_keys import HeldKeys, KeyTimes
from federation.extensions.authentication.key_set import KeySet
from federation.extensions.authentication.refusals import KeysUnavailable

log = logging.getLogger(__name__)

DEFAULT_TIMES = KeyTimes()


class Keys(Protocol):
    """The keys of one issuer."""

    async def for_kid(self, kid: str | None) -> KeySet:
        """The keys, as new as is needed to know this one if it exists. Raises KeysUnavailable."""


@dataclass(frozen=True, slots=True)
class FixedKeys:
    """Keys that the configuration holds."""

    keys: KeySet

    async def for_kid(self, kid: str | None) -> KeySet:  # noqa: ARG002 - the same whatever is asked for
        """The keys."""
        return self.keys


class Clock(Protocol):
    """Time as RemoteKeys has it."""

    def now(self) -> float:
        """Seconds, always rising."""

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Wait until the event is set, at most so long."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Seconds, always rising."""
        return monotonic()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Wait until the event is set, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return


class RemoteKeys:
    """Keys that are asked of their issuer.

    `run` alone asks, so there is never more than one fetch at a time; requests that need newer keys wake it and wait
    for what it brings. `fetch` raises KeysUnavailable.
    """

    def __init__(
        self,
        issuer: str,
        fetch: Callable[[], Awaitable[KeySet]],
        times: KeyTimes = DEFAULT_TIMES,
        clock: Clock | None = None,
    ) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._clock: Clock = clock or SystemClock()
        self._held = HeldKeys(times)
        self._wanted = asyncio.Event()
        self._coming: asyncio.Future[None] | None = None  # of the fetch that runs, or is wanted

    async def run(self) -> NoReturn:
        """Keep the keys fresh until cancelled."""
        try:
            while True:
                self._coming = self._coming or asyncio.get_running_loop().create_future()
                await self._ask()
                self._arrived()
                await self._clock.wait(self._wanted, self._held.due_at - self._clock.now())
                self._wanted.clear()
        finally:
            self._arrived()

    async def for_kid(self, kid: str | None) -> KeySet:
        """The keys, asked for again where this one is not among them. Raises KeysUnavailable."""
        keys = self._held.usable(self._clock.now())
        while keys is None or not keys.knows(kid):
            is_first = self._coming is None
            if is_first and not self._held.may_look(self._clock.now()):
                break
            await self._newer_keys()
            keys = self._held.usable(self._clock.now())
            if keys is not None and keys.knows(kid):
                self._held.found()
            elif is_first:
                break  # else what came was asked for before this key was needed
        if keys is None:
            raise KeysUnavailable(f"no keys of {self._issuer} are known")
        return keys

    async def _newer_keys(self) -> None:
        if self._coming is None:
            self._held.look(self._clock.now())
            self._coming = asyncio.get_running_loop().create_future()
            self._wanted.set()
        # Others wait for it too: a client that leaves must not take it from them.
        await asyncio.shield(self._coming)

    def _arrived(self) -> None:
        coming, self._coming = self._coming, None
        if coming is not None:
            coming.set_result(None)

    async def _ask(self) -> None:
        try:
            keys = await self._fetch()
        except KeysUnavailable as error:
            log.warning("keys could not be fetched", extra={"issuer": self._issuer, "problem": str(error)})
            self._held.fail(self._clock.now())
        except Exception:
            # Whatever it is, the last good keys are good, and the next fetch may bring others.
            log.exception("keys could not be fetched", extra={"issuer": self._issuer})
            self._held.fail(self._clock.now())
        else:
            self._held.take(keys, self._clock.now())
