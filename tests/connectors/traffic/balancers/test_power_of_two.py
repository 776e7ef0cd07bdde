"""Power of two choices: the endpoint from which an answer is expected sooner."""

import heapq
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from connectors.traffic.balancers.power_of_two import PowerOfTwo
from connectors.traffic.endpoint import Endpoint

Make = Callable[..., tuple[Endpoint[Any], ...]]


def simulate(candidates: tuple[Endpoint[Any], ...], slow: str, calls_per_second: int, seconds: int) -> Counter[str]:
    """Open loop: calls come at a steady rate; an endpoint takes 10 ms, the slow one 100 ms, half of it by chance."""
    rng = Random(1)
    balancer = PowerOfTwo(rng.random)
    got: Counter[str] = Counter()
    ends: list[tuple[float, int, float, Endpoint[Any]]] = []
    for number in range(calls_per_second * seconds):
        now = number / calls_per_second
        while ends and ends[0][0] <= now:
            end, _, took, endpoint = heapq.heappop(ends)
            endpoint.in_flight -= 1
            balancer.learn(endpoint, took, end)
        chosen = balancer.choose(candidates, now, None)
        got[chosen.address] += 1
        chosen.in_flight += 1
        took = (0.1 if chosen.address == slow else 0.01) * (0.75 + rng.random() / 2)
        heapq.heappush(ends, (now + took, number, took, chosen))
    return got


@pytest.mark.parametrize("instances", [2, 3, 5])
@pytest.mark.parametrize("rate", [20, 200, 1_000])
def test_an_instance_ten_times_slower_gets_at_most_15_percent(endpoints: Make, instances: int, rate: int) -> None:
    got = simulate(endpoints(*[1] * instances), slow="a", calls_per_second=rate, seconds=20)
    assert got["a"] <= 0.15 * got.total()


@pytest.mark.parametrize("rate", [20, 1_000])
def test_equal_instances_get_about_the_same(endpoints: Make, rate: int) -> None:
    got = simulate(endpoints(1, 1, 1), slow="none", calls_per_second=rate, seconds=20)
    assert min(got.values()) >= 0.2 * got.total()


def test_an_instance_that_was_slow_once_is_tried_again(endpoints: Make) -> None:
    slow, fast = candidates = endpoints(1, 1)
    balancer = PowerOfTwo(Random(1).random)
    balancer.learn(slow, 1.0, now=0.0)
    balancer.learn(fast, 0.01, now=0.0)
    assert balancer.choose(candidates, 1.0, None) is fast
    for second in range(1, 61):
        balancer.learn(fast, 0.01, now=float(second))
    assert balancer.choose(candidates, 60.0, None) is slow


def test_a_single_candidate_needs_no_draw(endpoints: Make) -> None:
    (only,) = candidates = endpoints(1)
    assert PowerOfTwo(lambda: 0.999999).choose(candidates, 0.0, None) is only
