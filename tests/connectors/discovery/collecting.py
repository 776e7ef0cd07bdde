"""Collect what a registry says until a test has seen what it waits for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from connectors.discovery.found import Found, Registry, RegistryAway

PATIENCE_SECONDS = 10.0


class Heard:
    """What a registry has said so far, newest last; `away` has its failures."""

    def __init__(self) -> None:
        self.answers: list[Found] = []
        self.away: list[str] = []
        self._news = asyncio.Event()

    async def until(self, is_it: Callable[[Found], bool]) -> Found:
        """Wait for an answer of which this holds."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.answers or not is_it(self.answers[-1]):
                self._news.clear()
                await self._news.wait()
        return self.answers[-1]

    async def until_away(self) -> str:
        """Wait until the registry has failed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.away:
                self._news.clear()
                await self._news.wait()
        return self.away[-1]

    async def listen(self, registry: Registry) -> None:
        """Watch for ever, anew whenever the watch ends."""
        while True:
            try:
                async for found in registry.watch():
                    self.answers.append(found)
                    self._news.set()
            except RegistryAway as error:
                self.away.append(str(error))
                self._news.set()
            await asyncio.sleep(0.01)  # what Following does for longer


@asynccontextmanager
async def listening(registry: Registry) -> AsyncIterator[Heard]:
    """Watch a registry while the block runs."""
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(heard.listen(registry))
        try:
            yield heard
        finally:
            task.cancel()
    await registry.close()


def addresses(found: Found) -> set[str]:
    """The addresses alone."""
    return {endpoint.address for endpoint in found}
