"""A service as such: who gets a call, and what happens where nobody can."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable

import pytest

from connectors.errors import BindingInvalid, NotConnected, TimedOut, Unreachable
from connectors.traffic.balancers.balancer import Unlearning
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.service import Service

LATER = math.inf


class Line:
    """A link that answers with its name, or raises what it is told to."""

    def __init__(self, name: str, failure: Exception | None = None) -> None:
        self.name = name
        self.failure = failure
        self.calls = 0
        self.closed = 0

    async def ask(self, _until: float) -> str:
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        return self.name

    async def close(self) -> None:
        self.closed += 1


def service(*lines: Line) -> Service[Line, str]:
    return Service("users", [Endpoint(line.name, line) for line in lines])


def refusing(name: str) -> Line:
    return Line(name, NotConnected("the service cannot be reached", detail=name))


async def test_calls_go_round() -> None:
    three = service(Line("a"), Line("b"), Line("c"))
    answers = [await three.call(Line.ask, LATER) for _ in range(7)]
    assert answers == ["a", "b", "c", "a", "b", "c", "a"]


async def test_an_endpoint_that_refuses_connections_is_passed_over() -> None:
    two = service(refusing("a"), Line("b"))
    assert Counter([await two.call(Line.ask, LATER) for _ in range(10)]) == {"b": 10}


async def test_each_endpoint_is_tried_once_and_all_are_named_in_the_log_only() -> None:
    lines = [refusing("a"), refusing("b"), refusing("c")]
    with pytest.raises(NotConnected) as caught:
        await service(*lines).call(Line.ask, LATER)
    assert [line.calls for line in lines] == [1, 1, 1]
    assert str(caught.value) == "the service cannot be reached"
    assert {name in caught.value.detail for name in ("users", "a", "b", "c")} == {True}


@pytest.mark.parametrize("failure", [Unreachable("broken"), TimedOut("late")], ids=["broken", "late"])
async def test_a_call_that_may_have_been_seen_goes_to_no_other_endpoint(failure: Exception) -> None:
    lines = [Line("a", failure), Line("b")]
    with pytest.raises(type(failure)):
        await service(*lines).call(Line.ask, LATER)
    assert [line.calls for line in lines] == [1, 0]


async def test_calls_in_flight_are_counted_however_they_end() -> None:
    endpoint = Endpoint("a", Line("a"))
    one = Service("users", [endpoint])
    asked = asyncio.Event()

    async def wait_for_ever(line: Line, until: float) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(one.call(wait_for_ever, LATER))
        await asked.wait()
        assert endpoint.in_flight == 1
        waiting.cancel()
    await one.call(Line.ask, LATER)
    endpoint.link.failure = TimedOut("late")
    with pytest.raises(TimedOut):
        await one.call(Line.ask, LATER)
    assert endpoint.in_flight == 0


async def test_closing_closes_every_link() -> None:
    lines = [Line("a"), Line("b")]
    await service(*lines).close()
    assert [line.closed for line in lines] == [1, 1]


async def test_another_balancer_may_choose() -> None:
    class Last(Unlearning):
        def choose(self, candidates: list[Endpoint[Line]], now: float, key: str | None) -> Endpoint[Line]:
            return candidates[-1]

    lines = [Line("a"), Line("b"), refusing("c")]
    chosen = Service("users", [Endpoint(line.name, line) for line in lines], Last())
    assert await chosen.call(Line.ask, LATER) == "b"


def test_a_service_without_endpoints_is_refused() -> None:
    make: Callable[..., Service[Line, str]] = service
    with pytest.raises(BindingInvalid, match="'users' has no endpoint"):
        make()
