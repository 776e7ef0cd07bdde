"""Least connections: the least busy endpoint, for its weight."""

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from connectors.errors import CallFailed
from connectors.traffic.balancers.least_connections import LeastConnections
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.policy import TrafficPolicy
from connectors.traffic.service import Service, Surroundings
from tests.connectors.traffic.driven_loop import now, run_driven

Make = Callable[..., tuple[Endpoint[Any], ...]]


def test_the_least_busy_endpoint_gets_the_call(endpoints: Make) -> None:
    candidates, balancer = endpoints(1, 1, 1), LeastConnections()
    for endpoint, busy in zip(candidates, (3, 1, 2), strict=True):
        endpoint.in_flight = busy
    assert {balancer.choose(candidates, 0.0, None).address for _ in range(9)} == {"b"}


def test_equals_take_turns(endpoints: Make) -> None:
    candidates, balancer = endpoints(1, 1, 1), LeastConnections()
    assert "".join(balancer.choose(candidates, 0.0, None).address for _ in range(6)) == "abcabc"


def test_twice_the_weight_carries_twice_the_calls(endpoints: Make) -> None:
    candidates, balancer = endpoints(2, 1), LeastConnections()
    for _ in range(30):
        balancer.choose(candidates, 0.0, None).in_flight += 1
    assert [endpoint.in_flight for endpoint in candidates] == [20, 10]


def test_an_endpoint_that_hangs_gets_no_more_calls_than_the_others_have_on_their_way(endpoints: Make) -> None:
    candidates, balancer = endpoints(1, 1), LeastConnections()
    hanging = candidates[0]
    for _ in range(1_000):
        chosen = balancer.choose(candidates, 0.0, None)
        if chosen is hanging:
            chosen.in_flight += 1  # and it never ends; at the other, one call ends before the next comes
    assert hanging.in_flight <= 1


@pytest.mark.slow
def test_calls_in_flight_are_exact_after_a_hundred_thousand_calls_of_which_a_tenth_is_cancelled() -> None:
    rng = Random(6)
    seen: Counter[str] = Counter()

    class Link:
        def __init__(self, name: str) -> None:
            self.name = name

        async def ask(self, _until: float) -> str:
            seen["most"] = max(seen["most"], sum(endpoint.in_flight for endpoint in service.endpoints))
            await asyncio.sleep(rng.random() / 100)
            if rng.random() < 0.05:
                raise CallFailed("no")
            return self.name

        async def close(self) -> None:
            pass

    service: Service[Link, str] = Service(
        "users", [Endpoint(name, Link(name)) for name in "abc"], policy=TrafficPolicy(most_calls=1_000)
    )

    async def one(*, leaves: bool) -> None:
        try:
            async with asyncio.timeout(0.002 if leaves else None):
                await service.call(Link.ask, now() + 5)
        except (CallFailed, TimeoutError) as error:
            seen[type(error).__name__] += 1

    async def batches() -> None:
        for _ in range(1_000):
            async with asyncio.TaskGroup() as group:
                for place in range(100):
                    group.create_task(one(leaves=place % 10 == 0))

    run_driven(batches())

    assert [endpoint.in_flight for endpoint in service.endpoints] == [0, 0, 0]
    assert service.bulkhead.inside == 0
    assert seen["most"] == 100
    assert seen["TimeoutError"] > 5_000


def test_surroundings_have_a_clock_in_the_loops_time() -> None:
    async def difference() -> float:
        return abs(Surroundings().clock() - asyncio.get_running_loop().time())

    assert asyncio.run(difference()) < 1.0
