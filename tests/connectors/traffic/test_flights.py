"""Equal calls that are on their way at the same time are one call."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from connectors.errors import TimedOut, Unreachable
from connectors.traffic.flights import Flights


class Service:
    """Answers each call when its future, which comes out of `calls`, is resolved."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()
        self.count = 0

    async def call(self) -> str:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.calls.put_nowait(answer)
        self.count += 1
        return await answer


def later(seconds: float = 60) -> float:
    return asyncio.get_running_loop().time() + seconds


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ask(service: Service) -> Callable[..., Awaitable[str]]:
    flights: Flights[str] = Flights()

    async def ask(key: str = "key", seconds: float = 60) -> str:
        return await flights.share(key, later(seconds), service.call)

    return ask


async def test_equal_calls_are_one(service: Service, ask: Callable[..., Awaitable[str]]) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask()) for _ in range(500)]
        (await service.calls.get()).set_result("answer")

    assert [task.result() for task in tasks] == ["answer"] * 500
    assert service.count == 1


async def test_other_calls_are_their_own(service: Service, ask: Callable[..., Awaitable[str]]) -> None:
    async with asyncio.TaskGroup() as group:
        one, other = group.create_task(ask("one")), group.create_task(ask("other"))
        (await service.calls.get()).set_result("1")
        (await service.calls.get()).set_result("2")

    assert (one.result(), other.result()) == ("1", "2")


async def test_a_call_that_comes_after_the_answer_is_made_anew(
    service: Service, ask: Callable[..., Awaitable[str]]
) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask())
        (await service.calls.get()).set_result("old")
        await first
        second = group.create_task(ask())
        (await service.calls.get()).set_result("new")

    assert (first.result(), second.result()) == ("old", "new")


async def test_a_failure_is_everybodys(service: Service, ask: Callable[..., Awaitable[str]]) -> None:
    async def fail() -> None:
        (await service.calls.get()).set_exception(Unreachable("gone"))

    first, second, _ = await asyncio.gather(ask(), ask(), fail(), return_exceptions=True)

    assert isinstance(first, Unreachable)
    assert isinstance(second, Unreachable)


async def test_when_the_first_goes_away_the_next_makes_the_call(
    service: Service, ask: Callable[..., Awaitable[str]]
) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask()) for _ in range(3)]
        await service.calls.get()
        tasks[0].cancel()
        (await service.calls.get()).set_result("answer")

    assert [task.result() for task in tasks[1:]] == ["answer", "answer"]
    assert service.count == 2


async def test_one_who_goes_away_takes_nothing_from_the_others(
    service: Service, ask: Callable[..., Awaitable[str]]
) -> None:
    async with asyncio.TaskGroup() as group:
        first, second = group.create_task(ask()), group.create_task(ask())
        answer = await service.calls.get()
        second.cancel()
        answer.set_result("answer")

    assert first.result() == "answer"
    assert second.cancelled()


async def test_each_keeps_its_own_deadline(service: Service, ask: Callable[..., Awaitable[str]]) -> None:
    async with asyncio.TaskGroup() as group:
        patient = group.create_task(ask())
        answer = await service.calls.get()
        with pytest.raises(TimedOut):
            await ask(seconds=0.01)
        answer.set_result("answer")

    assert patient.result() == "answer"


async def test_who_has_more_time_than_the_first_asks_again(
    service: Service, ask: Callable[..., Awaitable[str]]
) -> None:
    async def answer() -> None:
        (await service.calls.get()).set_exception(TimedOut("too late"))
        (await service.calls.get()).set_result("answer")

    first, second, _ = await asyncio.gather(ask(), ask(), answer(), return_exceptions=True)

    assert isinstance(first, TimedOut)
    assert second == "answer"
