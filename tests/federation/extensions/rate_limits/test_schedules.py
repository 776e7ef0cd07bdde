"""No call too many and none too few: both backends against the oracle, on generated schedules.

`INTERLACE_SCHEDULES=10000 pytest tests/federation/extensions/rate_limits/test_schedules.py` runs ten thousand.
"""

import os
from collections.abc import Callable
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.extensions.rate_limits.decision import NEVER, Ask, Bucket, Charge, Counts
from federation.extensions.rate_limits.quota import MICROSECONDS, Quota, exact, paced
from tests.federation.extensions.rate_limits.conftest import Clock
from tests.federation.extensions.rate_limits.oracle import Oracle, most_in_any

SCHEDULES = int(os.environ.get("INTERLACE_SCHEDULES", "100"))
WINDOW = 60 * MICROSECONDS
NUMBERS = count()

windows = st.sampled_from([WINDOW, WINDOW + 1, 90 * MICROSECONDS])
quotas = st.one_of(
    st.builds(exact, st.integers(0, 12), windows),
    st.builds(exact, st.integers(101, 130), windows),
    st.builds(paced, st.integers(1, 120), windows),
    st.builds(paced, st.integers(1, 12), windows, st.integers(1, 15)),
)
gaps = st.one_of(st.just(0), st.integers(0, WINDOW // 50), st.integers(0, 2 * WINDOW), st.just(WINDOW), st.just(1))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[list[Quota], list[tuple[int, list[Ask]]]]:
    """Some buckets, and decisions about them, each so long after the one before."""
    buckets = draw(st.lists(quotas, min_size=1, max_size=3))
    charges = st.lists(
        st.builds(Charge, st.integers(0, len(buckets) - 1), st.integers(1, 7)),
        min_size=1,
        max_size=len(buckets),
        unique_by=lambda charge: charge.bucket,
    ).map(tuple)
    asks = st.lists(
        st.builds(Ask, st.sampled_from([1, 1, 2, 5, 40, 130]), charges, st.just(-1)), min_size=1, max_size=3
    )
    return buckets, draw(st.lists(st.tuples(gaps, asks), min_size=1, max_size=15))


def make_schedule(seed: int) -> tuple[list[Quota], list[tuple[int, list[Ask]]]]:
    """As `schedules`, but quick to make: some quotas, and decisions about them, each so long after the one before."""
    random = Random(seed)
    window = random.choice([WINDOW, WINDOW + 1, 90 * MICROSECONDS])
    kinds: list[Callable[[], Quota]] = [
        lambda: exact(random.randint(0, 12), window),
        lambda: exact(random.randint(90, 130), window),
        lambda: paced(random.randint(1, 120), window),
        lambda: paced(random.randint(1, 12), window, random.randint(1, 15)),
    ]
    quotas = [random.choice(kinds)() for _ in range(random.randint(1, 3))]
    moves: list[Callable[[], int]] = [
        lambda: 0,
        lambda: 1,
        lambda: window,
        lambda: random.randint(0, window // 50),
        lambda: random.randint(0, 2 * window),
    ]

    def ask(place: int) -> Ask:
        chosen = random.sample(range(len(quotas)), random.randint(1, len(quotas)))
        charges = tuple(Charge(bucket, random.choice([1, 1, 1, 2, 7])) for bucket in chosen)
        needs = random.randrange(-1, place) if random.random() < 0.3 else -1
        return Ask(random.choice([1, 1, 1, 2, 2, 5, 130]), charges, needs)

    steps = [(random.choice(moves)(), [ask(place) for place in range(random.randint(1, 3))]) for _ in range(15)]
    return quotas, steps


async def test_decisions_are_those_of_the_oracle(counts: Counts, clock: Clock) -> None:
    for seed in range(SCHEDULES):
        quotas, steps = make_schedule(seed)
        buckets = [Bucket(f"{{{seed}}}:{place}", quota) for place, quota in enumerate(quotas)]
        oracle = Oracle()
        for gap, asks in steps:
            clock.now += gap
            verdict = await counts.decide(buckets, asks)
            assert list(verdict.admitted) == oracle.decide(buckets, asks, clock.now), f"schedule {seed}"
            for (calls, _, needs), admitted, wait in zip(asks, verdict.admitted, verdict.waits, strict=True):
                is_asked = needs < 0 or verdict.admitted[needs] > 0
                assert (wait != 0) == (is_asked and admitted < calls)
        for each in oracle.counts.values():
            allowed = each.quota.limit + each.quota.burst
            assert most_in_any(each.passed, each.quota.window) <= allowed, f"schedule {seed}"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schedule=schedules())
async def test_who_waits_as_told_is_not_refused_again(
    counts: Counts, clock: Clock, schedule: tuple[list[Quota], list[tuple[int, list[Ask]]]]
) -> None:
    number = next(NUMBERS)
    buckets = [Bucket(f"{{{number}}}:{place}", quota) for place, quota in enumerate(schedule[0])]
    for gap, asks in schedule[1]:
        clock.now += gap
        verdict = await counts.decide(buckets, asks)
        for ask, wait in zip(asks, verdict.waits, strict=True):
            if wait not in (0, NEVER):
                clock.now += wait
                again = await counts.decide(buckets, [Ask(1, ask.charges)])
                assert list(again.admitted) == [1]
                break
