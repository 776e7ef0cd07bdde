"""Which connections end with their next answer while a gateway leaves."""

import pytest

from federation.door.door import Door


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("passed", "drawn", "closes"),
    [(0.0, 0.0, False), (1.0, 0.2, True), (1.0, 0.3, False), (3.9, 0.95, True), (4.0, 0.999, True), (9.0, 0.5, True)],
)
def test_more_and_more_connections_end_while_the_notice_runs_and_all_after_it(
    passed: float, drawn: float, closes: bool
) -> None:
    clock = Clock()
    door = Door(None, clock, lambda: drawn)
    door.begin_to_leave(4.0)

    clock.now += passed

    assert door.closes_connection() is closes


def test_no_connection_ends_before_the_gateway_leaves() -> None:
    assert not Door(None).closes_connection()


def test_a_door_without_a_limiter_lets_everybody_in() -> None:
    door = Door(None)

    assert all(door.enter() for _ in range(10_000))
