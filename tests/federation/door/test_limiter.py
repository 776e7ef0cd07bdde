"""The limit of requests in flight, on a simulated worker whose clock is its own work."""

import heapq
from dataclasses import dataclass
from math import ceil
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from federation.door.limiter import Limiter, LimitPolicy

STEPS = 8
REFUSING = 0.00002


@dataclass(frozen=True)
class Work:
    """What a request costs: so many seconds of the processor in all, and a wait between its steps.

    Where services answer in bunches, waits end at multiples of so many seconds.
    """

    processor: float
    waiting: float
    bunches: float = 1e-9

    def waited_until(self, now: float) -> float:
        return ceil((now + self.waiting / (STEPS - 1)) / self.bunches) * self.bunches

    @property
    def most_per_second(self) -> float:
        return 1 / self.processor


@dataclass
class Seen:
    answered: int = 0
    refused: int = 0
    slowest: float = 0.0


def simulate(limiter: Limiter, work: Work, rate: float, seconds: float, *, since: float = 0.0) -> Seen:
    """A worker at so many requests a second; what is seen of those that came after `since`."""
    draw = Random(7).expovariate
    seen, now, next_arrival = Seen(), 0.0, 0.0
    ready: list[tuple[float, int]] = []  # when it came, and how many steps are left
    waiting: list[tuple[float, float, int]] = []  # until when
    while now < seconds:
        began = now
        while next_arrival <= now:
            if limiter.admit():
                ready.append((next_arrival, STEPS))
            else:
                now += REFUSING
                seen.refused += next_arrival >= since
            next_arrival += draw(rate)
        while waiting and waiting[0][0] <= now:
            _, came, left = heapq.heappop(waiting)
            ready.append((came, left))
        batch, ready = ready, []
        for came, left in batch:
            now += work.processor / STEPS
            if left > 1:
                heapq.heappush(waiting, (work.waited_until(now), came, left - 1))
                continue
            limiter.leave()
            if came >= since:
                seen.answered += 1
                seen.slowest = max(seen.slowest, now - came)
        if now == began:
            now = max(now + 1e-6, min([next_arrival, *(item[0] for item in waiting[:1])]))
            began = now
        limiter.observe(now - began, now)
    return seen


@pytest.mark.parametrize("work", [Work(0.0004, 0.001), Work(0.002, 0.005), Work(0.001, 0.05)])
def test_at_three_times_what_a_worker_can_do_it_goes_on_answering(work: Work) -> None:
    seen = simulate(Limiter(), work, 3 * work.most_per_second, 6, since=3)

    left_by_refusing = 1 - seen.refused / 3 * REFUSING
    assert seen.answered / 3 >= 0.9 * left_by_refusing * work.most_per_second
    assert seen.refused > seen.answered


def test_what_is_let_in_is_answered_soon_however_much_comes() -> None:
    work = Work(0.0004, 0.001)

    seen = simulate(Limiter(), work, 4 * work.most_per_second, 6, since=3)

    assert seen.slowest < 0.05


def test_a_slow_service_lowers_no_limit() -> None:
    work = Work(0.0005, 0.5)

    seen = simulate(Limiter(), work, 0.4 * work.most_per_second, 6, since=2)

    assert seen.refused == 0


def test_answers_that_come_in_bunches_to_a_worker_with_time_left_refuse_nobody() -> None:
    work = Work(0.0025, 0.006, bunches=0.015)

    seen = simulate(Limiter(), work, 0.7 * work.most_per_second, 20)

    assert seen.refused == 0


def test_a_limit_that_nobody_needs_sinks_again() -> None:
    limiter = Limiter()
    simulate(limiter, Work(0.0005, 0.5), 800, 4)
    high = limiter.limit
    limiter.in_flight = 0

    simulate(limiter, Work(0.0005, 0.001), 100, 15)

    assert limiter.limit < high / 4


def test_a_short_burst_is_let_in_though_its_turns_are_long() -> None:
    limiter = Limiter(LimitPolicy(interval=0.1))
    for number in range(20):  # two of twenty turns are long
        limiter.observe(0.05 if number in (3, 4) else 0.0001, number * 0.01)

    assert limiter.limit >= LimitPolicy().first * 0.9


class Limits(RuleBasedStateMachine):
    """Whatever happens, the limit keeps to its bounds, and nobody is let in beyond it."""

    def __init__(self) -> None:
        super().__init__()
        self.policy = LimitPolicy(least=4, first=8, most=50)
        self.limiter = Limiter(self.policy)
        self.inside = 0
        self.asked = 0
        self.now = 0.0

    @rule()
    def ask(self) -> None:
        was_full = self.inside >= self.limiter.limit
        self.asked += 1
        is_in = self.limiter.admit()
        assert is_in is not was_full
        self.inside += is_in

    @precondition(lambda self: self.inside)
    @rule()
    def end(self) -> None:
        self.limiter.leave()
        self.inside -= 1

    @rule(turn=st.floats(0, 1), passed=st.floats(0, 1))
    def turn(self, turn: float, passed: float) -> None:
        self.now += passed
        self.limiter.observe(turn, self.now)

    @rule()
    def pause(self) -> None:
        self.limiter.pause()

    @invariant()
    def bounds_hold(self) -> None:
        assert self.policy.least <= self.limiter.limit <= self.policy.most
        assert self.limiter.in_flight == self.inside
        assert self.limiter.admitted + self.limiter.refused == self.asked


TestLimits = Limits.TestCase
TestLimits.settings = settings(max_examples=60, stateful_step_count=100, deadline=None)
