"""What a breaker does with what it hears of others, and what it tells."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectors.errors import CircuitOpen
from connectors.traffic.breaker import Breaker, BreakerMode, BreakerPolicy, Circuit

POLICY = BreakerPolicy(jitter=0.0)


class Told:
    """Takes down what is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, float, int]] = []

    def opened(self, seconds: float, openings: int) -> None:
        self.lines.append(("opened", seconds, openings))

    def closed(self) -> None:
        self.lines.append(("closed", 0, 0))


def telling(policy: BreakerPolicy = POLICY) -> tuple[Breaker, Told]:
    breaker, told = Breaker(policy), Told()
    breaker.news = told
    return breaker, told


def fail(breaker: Breaker, now: float) -> None:
    for _ in range(POLICY.failures_in_a_row):
        breaker.failed(0, now)


def test_it_tells_when_it_opens_and_when_probes_close_it() -> None:
    breaker, told = telling()
    fail(breaker, 0.0)
    for _ in range(POLICY.probes):
        breaker.succeeded(breaker.admit(31.0), 31.0)

    assert told.lines == [("opened", 30.0, 1), ("closed", 0, 0)]


def test_it_opens_for_as_long_as_another_did_and_tells_nobody() -> None:
    breaker, told = telling()

    breaker.hear_opened(12.0, 1, 100.0)

    with pytest.raises(CircuitOpen):
        breaker.admit(111.9)
    assert breaker.admit(112.0) != 0
    assert told.lines == []


def test_what_it_hears_is_spread_so_that_not_all_try_at_once() -> None:
    breaker = Breaker(BreakerPolicy(jitter=0.5), draw=lambda: 0.8)

    breaker.hear_opened(10.0, 1, 0.0)

    assert breaker.opens_again_at == pytest.approx(14.0)


def test_it_goes_on_doubling_where_the_other_was() -> None:
    breaker, told = telling()
    breaker.hear_opened(120.0, 3, 0.0)

    breaker.failed(breaker.admit(121.0), 121.0)

    assert told.lines == [("opened", 240.0, 4)]


def test_another_that_failed_to_probe_ends_the_probing_here() -> None:
    breaker, _ = telling()
    fail(breaker, 0.0)
    first = breaker.admit(31.0)

    breaker.hear_opened(60.0, 2, 31.0)
    breaker.succeeded(first, 31.5)

    assert breaker.circuit is Circuit.OPEN
    with pytest.raises(CircuitOpen):
        breaker.admit(90.0)


def test_another_that_closed_lets_it_try_at_once_and_not_more() -> None:
    breaker, _ = telling()
    fail(breaker, 0.0)

    breaker.hear_closed(5.0)

    assert [breaker.admit(5.0) != 0 for _ in range(POLICY.probes)] == [True] * POLICY.probes
    with pytest.raises(CircuitOpen):
        breaker.admit(5.0)


@pytest.mark.parametrize("mode", [BreakerMode.FORCED_CLOSED, BreakerMode.METRICS_ONLY])
def test_what_is_decided_by_hand_stays_so(mode: BreakerMode) -> None:
    breaker, told = telling(BreakerPolicy(jitter=0.0, mode=mode))

    breaker.hear_opened(60.0, 1, 0.0)
    fail(breaker, 0.0)

    assert breaker.admit(1.0) == 0
    assert told.lines == []


class Replicas(RuleBasedStateMachine):
    """Several breakers of one service that hear each other: each opening costs at most replicas times P probes."""

    COUNT = 3

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.breakers = [Breaker(POLICY) for _ in range(self.COUNT)]
        for breaker in self.breakers:
            breaker.news = _Passing(self, breaker)
        self.probing: dict[int, list[int]] = {number: [] for number in range(self.COUNT)}
        self.trials: dict[int, int] = {}
        self.news: list[tuple[Breaker, float, int]] = []

    @rule(number=st.integers(0, COUNT - 1))
    def call(self, number: int) -> None:
        breaker = self.breakers[number]
        try:
            permit = breaker.admit(self.now)
        except CircuitOpen:
            return
        if permit:
            self.probing[number].append(permit)
            key = number * 10_000 + permit
            self.trials[key] = self.trials.get(key, 0) + 1
        else:
            breaker.failed(0, self.now)

    @rule(number=st.integers(0, COUNT - 1), succeeds=st.booleans())
    def end_probe(self, number: int, succeeds: bool) -> None:
        if self.probing[number]:
            permit = self.probing[number].pop()
            breaker = self.breakers[number]
            (breaker.succeeded if succeeds else breaker.failed)(permit, self.now)

    @rule(seconds=st.floats(0, 100))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def deliver(self) -> None:
        for teller, seconds, openings in self.news:
            for breaker in self.breakers:
                if breaker is not teller:
                    if seconds:
                        breaker.hear_opened(seconds, openings, self.now)
                    else:
                        breaker.hear_closed(self.now)
        self.news.clear()

    @invariant()
    def no_trial_has_more_than_its_probes(self) -> None:
        assert all(count <= POLICY.probes for count in self.trials.values())

    @invariant()
    def what_passes_is_closed(self) -> None:
        assert all(each.passes == (each.circuit is Circuit.CLOSED) for each in self.breakers)


class _Passing:
    def __init__(self, replicas: Replicas, breaker: Breaker) -> None:
        self._replicas = replicas
        self._breaker = breaker

    def opened(self, seconds: float, openings: int) -> None:
        self._replicas.news.append((self._breaker, seconds, openings))

    def closed(self) -> None:
        self._replicas.news.append((self._breaker, 0.0, 0))


TestReplicas = Replicas.TestCase
TestReplicas.settings = settings(max_examples=50, stateful_step_count=100, deadline=None)
