"""The breaker of a service: when it opens, whom it lets try, and when it closes again."""

from random import Random

import pytest

from connectors.errors import CircuitOpen
from connectors.traffic.breaker import Breaker, BreakerMode, BreakerPolicy, Circuit

PATIENT = BreakerPolicy(jitter=0.0)


def broken(policy: BreakerPolicy = PATIENT, now: float = 0.0) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(policy)
    for _ in range(policy.failures_in_a_row):
        breaker.failed(0, now)
    assert breaker.circuit is Circuit.OPEN
    return breaker


def refuses(breaker: Breaker, now: float) -> bool:
    try:
        breaker.admit(now)
    except CircuitOpen:
        return True
    return False


def test_it_opens_after_five_failures_in_a_row() -> None:
    breaker = Breaker(PATIENT)
    for _ in range(4):
        breaker.failed(0, 0.0)
    breaker.succeeded(0, 0.0)
    for _ in range(4):
        breaker.failed(0, 0.0)
    assert breaker.passes
    breaker.failed(0, 0.0)
    assert refuses(breaker, 0.0)


def test_failures_of_one_endpoint_are_not_in_a_row_of_the_service() -> None:
    breaker = Breaker(PATIENT)
    for _ in range(19):
        breaker.failed(0, 0.0, in_a_row=False)
    assert breaker.passes


def test_it_opens_when_half_of_at_least_twenty_calls_failed() -> None:
    breaker = Breaker(PATIENT)
    for number in range(19):
        (breaker.succeeded if number % 2 else breaker.failed)(0, 0.0)
    assert breaker.passes
    breaker.failed(0, 0.0)
    assert breaker.circuit is Circuit.OPEN


def test_what_is_older_than_the_window_does_not_count() -> None:
    breaker = Breaker(PATIENT)
    for number in range(19):
        (breaker.succeeded if number % 2 else breaker.failed)(0, 0.0)
    breaker.failed(0, 10.0)
    assert breaker.passes


def test_it_stays_open_for_thirty_seconds() -> None:
    breaker = broken()
    assert refuses(breaker, 29.9)
    assert breaker.admit(30.0) > 0


def test_five_hundred_callers_at_once_make_exactly_as_many_calls_as_there_are_probes() -> None:
    breaker = broken()
    assert sum(not refuses(breaker, 31.0) for _ in range(500)) == 3


def test_all_probes_must_succeed() -> None:
    breaker = broken()
    permits = [breaker.admit(31.0) for _ in range(3)]
    for permit in permits[:2]:
        breaker.succeeded(permit, 31.0)
    assert refuses(breaker, 31.0)
    breaker.succeeded(permits[2], 31.0)
    assert breaker.passes


def test_a_probe_whose_caller_leaves_frees_its_permit() -> None:
    breaker = broken()
    permits = [breaker.admit(31.0) for _ in range(3)]
    breaker.gave_up(permits[0])
    assert not refuses(breaker, 31.0)
    assert refuses(breaker, 31.0)


def test_open_times_double_up_to_five_minutes_and_start_anew_once_it_has_closed() -> None:
    breaker, now, seconds = broken(), 0.0, []
    for _ in range(6):
        seconds.append(breaker.opens_again_at - now)
        now = breaker.opens_again_at
        breaker.failed(breaker.admit(now), now)
    assert seconds == [30, 60, 120, 240, 300, 300]
    now = breaker.opens_again_at
    for permit in [breaker.admit(now) for _ in range(3)]:
        breaker.succeeded(permit, now)
    for _ in range(5):
        breaker.failed(0, now)
    assert breaker.opens_again_at - now == 30


def test_jitter_adds_up_to_a_tenth() -> None:
    breaker = Breaker(BreakerPolicy(), draw=lambda: 0.5)
    for _ in range(5):
        breaker.failed(0, 0.0)
    assert breaker.opens_again_at == pytest.approx(31.5)


def test_calls_from_before_it_opened_decide_nothing() -> None:
    breaker = broken()
    old = breaker.admit(31.0)
    breaker.failed(old, 31.0)
    permit = breaker.admit(1_000.0)
    breaker.failed(old, 1_000.0)
    breaker.gave_up(old)
    breaker.failed(0, 1_000.0)
    breaker.succeeded(0, 1_000.0)
    assert breaker.circuit is Circuit.HALF_OPEN
    assert permit != old


def test_forced_open_refuses_everything_until_it_is_given_back() -> None:
    breaker = Breaker(BreakerPolicy(mode=BreakerMode.FORCED_OPEN))
    assert refuses(breaker, 1e9)
    breaker.force(BreakerMode.AUTOMATIC)
    assert breaker.passes


def test_forced_closed_refuses_nothing() -> None:
    breaker = broken()
    breaker.force(BreakerMode.FORCED_CLOSED)
    for _ in range(100):
        breaker.failed(0, 0.0)
    assert breaker.passes


def test_metrics_only_counts_what_it_would_refuse_and_refuses_nothing() -> None:
    breaker = broken(BreakerPolicy(mode=BreakerMode.METRICS_ONLY))
    assert [breaker.admit(1.0) for _ in range(7)] == [0] * 7
    assert (breaker.circuit, breaker.refused) == (Circuit.OPEN, 7)


class Model:
    """What a breaker is expected to do, written as plainly as possible."""

    def __init__(self, policy: BreakerPolicy) -> None:
        self.policy = policy
        self.circuit = Circuit.CLOSED
        self.calls: list[tuple[int, bool]] = []
        self.row = 0
        self.openings = 0
        self.until = 0.0
        self.out: set[int] = set()
        self.successes = 0

    def open(self, now: float) -> None:
        self.circuit, self.row, self.out = Circuit.OPEN, 0, set()
        self.until = now + min(30 * 2**self.openings, 300)
        self.openings += 1

    def admits(self, now: float) -> bool:
        if self.circuit is Circuit.OPEN and now >= self.until:
            self.circuit, self.successes = Circuit.HALF_OPEN, 0
        if self.circuit is Circuit.HALF_OPEN:
            return len(self.out) + self.successes < self.policy.probes
        return self.circuit is Circuit.CLOSED

    def ended(self, now: float, *, failed: bool) -> None:
        if self.circuit is not Circuit.CLOSED:
            return
        self.row = self.row + 1 if failed else 0
        self.calls.append((int(now), failed))
        recent = [bad for second, bad in self.calls if second > int(now) - 10]
        if failed and (self.row >= 5 or (len(recent) >= 20 and sum(recent) * 2 >= len(recent))):
            self.open(now)

    def probe_ended(self, number: int, now: float, *, failed: bool) -> None:
        if number not in self.out:
            return  # of an earlier trial
        self.out.discard(number)
        if failed:
            self.open(now)
            return
        self.successes += 1
        if self.successes == self.policy.probes:
            self.circuit, self.calls, self.row, self.openings = Circuit.CLOSED, [], 0, 0


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_random_steps_agree_with_the_model(seed: int) -> None:
    rng, breaker, model = Random(seed), Breaker(PATIENT), Model(PATIENT)
    under_way: list[tuple[int, int]] = []  # the number of a call, and its permit
    now, bad = 0.0, 0.3
    for number in range(10_000):
        now += rng.choice((0.0, 0.01, 0.2, 1.0, 9.0))
        if rng.random() < 0.01:
            bad = rng.choice((0.02, 0.4, 0.9))
        if rng.random() < 0.55 or not under_way:
            expected = model.admits(now)
            assert refuses_or_adds(breaker, now, number, under_way) is expected
            if expected and under_way[-1][1]:
                model.out.add(number)
        else:
            call, permit = under_way.pop(rng.randrange(len(under_way)))
            if rng.random() < 0.1:
                breaker.gave_up(permit)
                model.out.discard(call)
                continue
            failed = rng.random() < bad
            (breaker.failed if failed else breaker.succeeded)(permit, now)
            if permit:
                model.probe_ended(call, now, failed=failed)
            else:
                model.ended(now, failed=failed)
        assert breaker.circuit is model.circuit
    assert breaker.opened > 20, "the steps must lead somewhere"


def refuses_or_adds(breaker: Breaker, now: float, number: int, under_way: list[tuple[int, int]]) -> bool:
    """Whether the call was let through; then it is under way."""
    try:
        under_way.append((number, 0 if breaker.passes else breaker.admit(now)))
    except CircuitOpen:
        return False
    return True
