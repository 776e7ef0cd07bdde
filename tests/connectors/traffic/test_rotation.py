"""Ejection, return and slow start of endpoints, in driven time."""

from random import Random
from typing import Any

import pytest

from connectors.traffic.endpoint import Endpoint
from connectors.traffic.rotation import EjectionPolicy, Rotation

POLICY = EjectionPolicy()


def rotation(count: int) -> Rotation[Any]:
    return Rotation([Endpoint(str(place), None) for place in range(count)], POLICY)


def fail(rotation: Rotation[Any], place: int, times: int = 5, now: float = 0.0) -> None:
    for _ in range(times):
        rotation.failed(rotation.endpoints[place], now, was_probe=False)


def in_rotation(rotation: Rotation[Any]) -> str:
    return "".join(endpoint.address for endpoint in rotation.candidates)


def test_an_endpoint_is_ejected_after_five_failures_in_a_row_also_where_there_are_two() -> None:
    two = rotation(2)
    fail(two, 0, times=4)
    assert in_rotation(two) == "01"
    fail(two, 0, times=1)
    assert in_rotation(two) == "1"


def test_a_success_in_between_starts_the_count_anew() -> None:
    two = rotation(2)
    fail(two, 0, times=4)
    two.succeeded(two.endpoints[0], 0.0, was_probe=False)
    fail(two, 0, times=4)
    assert in_rotation(two) == "01"


@pytest.mark.parametrize(("count", "left"), [(1, 1), (2, 1), (3, 2), (4, 2), (10, 5)])
def test_at_most_half_are_ejected_and_never_the_last(count: int, left: int) -> None:
    many = rotation(count)
    for place in range(count):
        fail(many, place, times=20)
    assert len(many.candidates) == left


def test_an_ejected_endpoint_is_tried_by_one_call_after_thirty_seconds() -> None:
    two = rotation(2)
    fail(two, 0)
    assert two.turn(29.9, may_repeat=True) is None
    assert two.turn(30.0, may_repeat=True) is two.endpoints[0]
    assert two.turn(30.0, may_repeat=True) is None, "one call at a time"


def test_calls_that_may_not_be_repeated_try_it_only_if_no_others_did() -> None:
    two = rotation(2)
    fail(two, 0)
    assert two.turn(35.0, may_repeat=False) is None
    assert two.turn(40.0, may_repeat=False) is two.endpoints[0]


def test_it_comes_back_by_a_call_that_succeeds_and_starts_slowly() -> None:
    two = rotation(2)
    fail(two, 0)
    back = two.turn(30.0, may_repeat=True)
    two.succeeded(back, 30.0, was_probe=True)
    assert in_rotation(two) == "01"
    shares = []
    for now in (30.0, 45.0, 60.0):
        two.turn(now, may_repeat=True)
        shares.append(back.share)
    assert shares == pytest.approx([0.1, 0.55, 1.0])


def test_a_call_that_fails_ejects_it_for_twice_as_long_up_to_five_minutes() -> None:
    two, now, times = rotation(2), 0.0, []
    fail(two, 0)
    for _ in range(6):
        until = two.endpoints[0].ejected_until
        times.append(until - now)
        now = until
        two.failed(two.turn(now, may_repeat=True), now, was_probe=True)
    assert times == [30, 60, 120, 240, 300, 300]


def test_ejections_are_forgotten_after_five_good_minutes() -> None:
    two = rotation(2)
    fail(two, 0)
    two.succeeded(two.turn(30.0, may_repeat=True), 30.0, was_probe=True)
    fail(two, 0, now=400.0)
    assert two.endpoints[0].ejected_until == 430.0


def test_a_caller_that_leaves_lets_another_try() -> None:
    two = rotation(2)
    fail(two, 0)
    two.gave_up(two.turn(30.0, may_repeat=True), 30.0)
    assert two.turn(30.0, may_repeat=True) is two.endpoints[0]


def test_a_new_endpoint_grows_from_a_tenth_to_its_whole_weight_in_thirty_seconds() -> None:
    one = rotation(1)
    new = Endpoint("new", None, weight=4.0)
    one.add(new, 100.0)
    assert new.share == pytest.approx(0.4)
    one.turn(115.0, may_repeat=True)
    assert new.share == pytest.approx(2.2)
    one.turn(131.0, may_repeat=True)
    assert (new.share, one.next_change) == (4.0, float("inf"))


def test_a_draining_endpoint_gets_nothing_and_is_not_counted_among_those_that_stay() -> None:
    two = rotation(2)
    two.drain(two.endpoints[0])
    fail(two, 1, times=20)
    assert in_rotation(two) == "1"


def test_an_unhealthy_endpoint_gets_nothing_until_checks_say_otherwise() -> None:
    two = rotation(2)
    two.set_health(two.endpoints[0], is_healthy=False, now=0.0)
    assert in_rotation(two) == "1"
    two.set_health(two.endpoints[0], is_healthy=True, now=5.0)
    assert (in_rotation(two), two.endpoints[0].share) == ("01", pytest.approx(0.1))


@pytest.mark.parametrize("seed", range(3))
def test_ten_thousand_random_steps_keep_the_laws(seed: int) -> None:
    rng, many, now = Random(seed), rotation(5), 0.0
    probes: list[Endpoint[Any]] = []
    for _ in range(10_000):
        now += rng.choice((0.0, 0.1, 1.0, 10.0))
        endpoint = rng.choice(many.endpoints)
        match rng.randrange(6):
            case 0 | 1 | 2:
                many.failed(endpoint, now, was_probe=False)
            case 3:
                many.succeeded(endpoint, now, was_probe=False)
            case 4:
                found = many.turn(now, may_repeat=True)
                probes += [found] if found is not None else []
            case _ if probes:
                tried = probes.pop()
                end = rng.randrange(3)
                if end == 0:
                    many.gave_up(tried, now)
                elif end == 1:
                    many.failed(tried, now, was_probe=True)
                else:
                    many.succeeded(tried, now, was_probe=True)
        out = [each for each in many.endpoints if each.ejected_until is not None]
        assert len(out) <= 2
        assert set(many.candidates) == set(many.endpoints) - set(out)
        assert {each for each in many.endpoints if each.probing} == set(probes)
        assert all(0 < each.share <= each.weight for each in many.endpoints)
    assert many.ejections > 100, "the steps must lead somewhere"
