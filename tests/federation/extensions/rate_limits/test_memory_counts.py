"""Counts in memory stay within their bound, and nobody gains a call by that."""

from federation.extensions.rate_limits.decision import Ask, Bucket, Charge
from federation.extensions.rate_limits.memory_counts import MemoryCounts
from federation.extensions.rate_limits.quota import MICROSECONDS, Quota, exact, paced
from tests.federation.extensions.rate_limits.conftest import Clock

MINUTE = 60 * MICROSECONDS
LIMIT = exact(3, MINUTE)
ROOM = 1_700
ELEVEN = 11  # so many have counts of their own in it


def let_pass(counts: MemoryCounts, principal: int, calls: int, quota: Quota = LIMIT) -> int:
    return counts.decide_now([Bucket(f"p{principal}", quota)], [Ask(calls, (Charge(0, 1),))]).admitted[0]


def test_the_bound_holds_whoever_comes(clock: Clock) -> None:
    counts = MemoryCounts(ROOM, clock)
    for principal in range(10_000):
        let_pass(counts, principal, 1)

    assert counts.used_bytes < 2 * ROOM


def test_nobody_gains_a_call_when_memory_is_full(clock: Clock) -> None:
    counts = MemoryCounts(ROOM, clock)
    passed = dict.fromkeys(range(10_000), 0)
    for _ in range(2):
        for principal in passed:
            passed[principal] += let_pass(counts, principal, 2)

    assert max(passed.values()) == 3
    assert [passed[principal] for principal in range(ELEVEN)] == [3] * ELEVEN


def test_who_shared_a_count_gets_none_of_its_own_while_that_counts(clock: Clock) -> None:
    counts = MemoryCounts(ROOM, clock)
    for principal in range(ELEVEN):
        let_pass(counts, principal, 1)
    newcomer = 99
    clock.now += MINUTE // 2
    assert let_pass(counts, newcomer, 3) == 3
    clock.now += MINUTE // 2 + 2  # all others are over, and memory is free again
    for principal in range(ELEVEN):
        let_pass(counts, principal, 1)

    assert let_pass(counts, newcomer, 1) == 0
    clock.now += MINUTE
    assert let_pass(counts, newcomer, 3) == 3


def test_memory_is_free_again_when_nothing_counts_any_more(clock: Clock) -> None:
    for quota in (LIMIT, paced(60, MINUTE)):
        counts = MemoryCounts(clock=clock)
        for principal in range(1_000):
            let_pass(counts, principal, 1, quota)
        full = counts.used_bytes
        for _ in range(3):
            clock.now += 2 * MINUTE
            for _ in range(300):
                let_pass(counts, 1, 1, quota)

        assert counts.used_bytes < full / 100


def test_a_count_lasts_as_long_as_it_counts_through_all_turns(clock: Clock) -> None:
    counts = MemoryCounts(clock=clock)
    for _ in range(50):
        assert let_pass(counts, 1, 5) == 3
        for _ in range(6):
            clock.now += MINUTE // 6 - 1
            let_pass(counts, 2, 1)
            assert let_pass(counts, 1, 1) == 0
        clock.now += 6
