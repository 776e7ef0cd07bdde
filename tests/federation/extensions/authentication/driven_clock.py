"""A clock that stands still until a test moves it."""

import asyncio


class DrivenClock:
    """Those who wait are woken when what they wait for happens, or when the clock is moved past their time."""

    def __init__(self, now: float = 1_000.0) -> None:
        self._now = now
        self._moved = asyncio.Condition()

    def now(self) -> float:
        return self._now

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        until = self._now + seconds
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(event.wait()), group.create_task(self._until(until))]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()

    async def move(self, seconds: float) -> None:
        async with self._moved:
            self._now += seconds
            self._moved.notify_all()

    async def _until(self, time: float) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._now >= time)
