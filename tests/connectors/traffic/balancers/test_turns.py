"""Round robin and smooth weighted: exact shares."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.traffic.balancers.round_robin import RoundRobin
from connectors.traffic.balancers.weighted import SmoothWeighted
from connectors.traffic.endpoint import Endpoint

Make = Callable[..., tuple[Endpoint[Any], ...]]


def test_round_robin_gives_each_endpoint_one_call_a_cycle(endpoints: Make) -> None:
    candidates, balancer = endpoints(1, 1, 1), RoundRobin()
    assert "".join(balancer.choose(candidates, 0.0, None).address for _ in range(7)) == "abcabca"


def test_weighted_spreads_the_calls_of_the_heaviest(endpoints: Make) -> None:
    candidates, balancer = endpoints(5, 1, 1), SmoothWeighted()
    assert "".join(balancer.choose(candidates, 0.0, None).address for _ in range(14)) == "aabacaaaabacaa"


@given(weights=st.lists(st.integers(1, 20), min_size=1, max_size=8), cycles=st.integers(1, 4))
def test_every_cycle_gives_each_endpoint_exactly_its_weight(weights: list[int], cycles: int) -> None:
    candidates = tuple(Endpoint(str(place), None, weight) for place, weight in enumerate(weights))
    balancer = SmoothWeighted()
    for _ in range(cycles):
        given_calls = Counter(balancer.choose(candidates, 0.0, None).address for _ in range(sum(weights)))
        assert given_calls == {str(place): weight for place, weight in enumerate(weights)}


@given(
    weights=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    changes=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=20),
)
def test_weights_that_change_meanwhile_leave_no_endpoint_more_than_one_cycle_behind(
    weights: list[int], changes: list[tuple[int, int]]
) -> None:
    candidates = tuple(Endpoint(str(place), None, weight) for place, weight in enumerate(weights))
    balancer = SmoothWeighted()
    for place, weight in changes:
        candidates[place % len(candidates)].share = weight
        balancer.choose(candidates, 0.0, None)
    assert sum(endpoint.credit for endpoint in candidates) == pytest.approx(0)
    bound = 9 * len(candidates)
    assert all(-bound <= endpoint.credit <= bound for endpoint in candidates)
