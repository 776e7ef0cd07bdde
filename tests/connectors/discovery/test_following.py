"""Following a registry through all that may happen to it, with a clock that is driven."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.discovery.following import Following
from connectors.discovery.found import Found, FoundEndpoint, RegistryAway

A: Found = (FoundEndpoint("a:1"),)
B: Found = (FoundEndpoint("b:1"), FoundEndpoint("c:1"))


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let time pass in steps of a tenth of a second; all that is due runs."""
        for _ in range(round(seconds * 10)):
            self.now = round(self.now + 0.1, 1)
            for at, future in self._sleepers:
                if at <= self.now and not future.done():
                    future.set_result(None)
            self._sleepers = [each for each in self._sleepers if not each[1].done()]
            for _ in range(5):
                await asyncio.sleep(0)


class Scripted:
    """A registry whose answers a test gives; `None` for being away."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked_at: list[float] = []
        self.now_says: Found | None = A
        self._changed = asyncio.Event()

    def say(self, found: Found | None) -> None:
        self.now_says = found
        self._changed.set()

    async def watch(self) -> AsyncIterator[Found]:
        self.asked_at.append(self.clock.now)
        while True:
            self._changed.clear()
            if self.now_says is None:
                raise RegistryAway("gone")
            yield self.now_says
            await self._changed.wait()

    async def close(self) -> None:
        self.now_says = None


@asynccontextmanager
async def following(registry: Scripted) -> AsyncIterator[tuple[Following, list[Found]]]:
    published: list[Found] = []
    followed = Following("users", registry, published.append, sleep=registry.clock.sleep, time=registry.clock.time)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(followed.run())
        await registry.clock.advance(0.1)
        try:
            yield followed, published
        finally:
            task.cancel()


async def test_each_change_is_published_once() -> None:
    registry = Scripted(Clock())
    async with following(registry) as (_, published):
        registry.say(B)
        await registry.clock.advance(0.1)
        registry.say(B)
        await registry.clock.advance(0.1)

    assert published == [A, B]


async def test_while_the_registry_is_away_the_last_answer_holds() -> None:
    registry = Scripted(Clock())
    async with following(registry) as (followed, published):
        registry.say(None)
        await registry.clock.advance(600)
        age, problem = followed.age(), followed.problem

    assert published == [A]
    assert problem == "gone"
    assert age is not None
    assert age >= 599


async def test_a_registry_that_is_away_is_asked_at_most_once_a_second() -> None:
    registry = Scripted(Clock())
    registry.say(None)
    async with following(registry):
        await registry.clock.advance(600)

    pauses = [later - sooner for sooner, later in zip(registry.asked_at, registry.asked_at[1:], strict=False)]
    assert min(pauses) >= 1
    assert max(pauses) <= 10.2


async def test_a_registry_that_comes_back_is_heard_within_ten_seconds() -> None:
    registry = Scripted(Clock())
    async with following(registry) as (followed, published):
        registry.say(None)
        await registry.clock.advance(300)
        registry.say(B)
        await registry.clock.advance(10.2)
        problem = followed.problem

    assert published[-1] == B
    assert problem == ""


async def test_an_empty_answer_is_held_back_for_a_minute() -> None:
    registry = Scripted(Clock())
    async with following(registry) as (_, published):
        registry.say(())
        await registry.clock.advance(59)
        held = list(published)
        await registry.clock.advance(3)

    assert held == [A]
    assert published == [A, ()]


async def test_what_is_known_can_be_waited_for() -> None:
    registry = Scripted(Clock())
    async with following(registry) as (followed, _):
        assert await followed.wait_known(1)


async def test_an_empty_first_answer_is_known_too() -> None:
    registry = Scripted(Clock())
    registry.say(())
    async with following(registry) as (followed, published):
        assert await followed.wait_known(1)

    assert published == [()]
