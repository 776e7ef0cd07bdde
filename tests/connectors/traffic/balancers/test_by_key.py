"""Consistent hashing and zones: calls that belong together stay together."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from connectors.traffic.balancers.consistent_hash import ConsistentHash
from connectors.traffic.balancers.round_robin import RoundRobin
from connectors.traffic.balancers.zone_preference import ZonePreference
from connectors.traffic.endpoint import Endpoint

Make = Callable[..., tuple[Endpoint[Any], ...]]
KEYS = [f"user-{number}" for number in range(10_000)]


def homes(candidates: tuple[Endpoint[Any], ...], balancer: ConsistentHash) -> dict[str, str]:
    return {key: balancer.choose(candidates, 0.0, key).address for key in KEYS}


@pytest.mark.parametrize("count", [2, 3, 5, 10])
def test_removing_one_of_n_moves_at_most_one_nth_and_two_percent(endpoints: Make, count: int) -> None:
    candidates, balancer = endpoints(*[1] * count), ConsistentHash()
    before, after = homes(candidates, balancer), homes(candidates[1:], balancer)
    moved = [key for key in KEYS if before[key] != after[key]]
    assert len(moved) <= (1 / count + 0.02) * len(KEYS)
    assert {before[key] for key in moved} == {"a"}, "only calls of the one that went may move"


def test_adding_one_moves_calls_only_to_it(endpoints: Make) -> None:
    candidates, balancer = endpoints(1, 1, 1, 1), ConsistentHash()
    before, after = homes(candidates[:3], balancer), homes(candidates, balancer)
    assert {after[key] for key in KEYS if before[key] != after[key]} == {"d"}


def test_keys_go_by_weight(endpoints: Make) -> None:
    shares = Counter(homes(endpoints(3, 1), ConsistentHash()).values())
    assert shares["a"] / shares.total() == pytest.approx(0.75, abs=0.02)


def test_every_process_chooses_the_same(endpoints: Make) -> None:
    chosen = [ConsistentHash().choose(endpoints(1, 1, 1, 1, 1), 0.0, key).address for key in ("1", "2", "3", "ž")]
    assert chosen == ["e", "e", "c", "b"]


def test_calls_without_a_key_go_to_the_least_busy(endpoints: Make) -> None:
    busy, free = candidates = endpoints(1, 1)
    busy.in_flight = 3
    assert {ConsistentHash().choose(candidates, 0.0, None) for _ in range(5)} == {free}


def test_calls_stay_in_their_zone(endpoints: Make) -> None:
    balancer = ZonePreference("x", RoundRobin())
    candidates = endpoints(1, 1, 1, zones="xyx")
    assert {balancer.choose(candidates, 0.0, None).address for _ in range(6)} == {"a", "c"}


def test_calls_leave_their_zone_when_nobody_there_can_take_them(endpoints: Make) -> None:
    balancer = ZonePreference("x", RoundRobin())
    candidates = endpoints(1, 1, 1, zones="xyz")
    assert balancer.choose(candidates, 0.0, None).address == "a"
    assert {balancer.choose(candidates[1:], 0.0, None).address for _ in range(4)} == {"b", "c"}
    assert balancer.choose(candidates, 0.0, None).address == "a", "and they come back"
