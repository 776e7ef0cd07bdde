"""What counts promise, in memory and in Redis alike."""

from federation.extensions.rate_limits.decision import NEVER, Ask, Bucket, Charge, Counts, Settlement
from federation.extensions.rate_limits.quota import MICROSECONDS, Quota, exact, paced
from tests.federation.extensions.rate_limits.conftest import Clock

MINUTE = 60 * MICROSECONDS


def bucket(quota: Quota, name: str = "a") -> Bucket:
    return Bucket(f"{{t}}:{name}", quota)


def once(amount: int = 1) -> list[Ask]:
    return [Ask(1, (Charge(0, amount),))]


async def let_pass(counts: Counts, quota: Quota, calls: int) -> int:
    verdict = await counts.decide([bucket(quota)], [Ask(calls, (Charge(0, 1),))])
    return verdict.admitted[0]


async def test_of_many_calls_at_once_the_first_are_let_pass(counts: Counts) -> None:
    verdict = await counts.decide([bucket(exact(20, MINUTE))], [Ask(400, (Charge(0, 1),))])

    assert list(verdict.admitted) == [20]
    assert list(verdict.remaining) == [0]


async def test_an_exact_limit_frees_each_call_when_it_is_a_window_old(counts: Counts, clock: Clock) -> None:
    quota = exact(2, MINUTE)
    assert await let_pass(counts, quota, 1) == 1
    clock.now += 10 * MICROSECONDS
    assert await let_pass(counts, quota, 2) == 1
    clock.now += 50 * MICROSECONDS - 1
    assert await let_pass(counts, quota, 1) == 0
    clock.now += 1
    assert await let_pass(counts, quota, 2) == 1


async def test_a_large_exact_limit_counts_by_parts_of_the_window(counts: Counts, clock: Clock) -> None:
    quota = exact(200, MINUTE)
    clock.now -= clock.now % MICROSECONDS
    assert await let_pass(counts, quota, 300) == 200
    clock.now += MINUTE
    assert await let_pass(counts, quota, 1) == 0
    clock.now += MICROSECONDS
    assert await let_pass(counts, quota, 300) == 200


async def test_a_paced_limit_gives_one_call_after_another(counts: Counts, clock: Clock) -> None:
    quota = paced(60, MINUTE, burst=3)
    assert await let_pass(counts, quota, 10) == 3
    clock.now += MICROSECONDS
    assert await let_pass(counts, quota, 10) == 1
    clock.now += 2 * MICROSECONDS - 1
    assert await let_pass(counts, quota, 10) == 1


async def test_what_one_bucket_refuses_is_charged_to_none(counts: Counts) -> None:
    wide, narrow = bucket(exact(10, MINUTE), "wide"), bucket(exact(1, MINUTE), "narrow")
    both = (Charge(0, 1), Charge(1, 1))

    verdict = await counts.decide([wide, narrow], [Ask(5, both)])

    assert list(verdict.admitted) == [1]
    assert list(verdict.remaining) == [9, 0]


async def test_what_remains_goes_to_the_next_that_fits(counts: Counts) -> None:
    asks = [Ask(1, (Charge(0, 8),)), Ask(1, (Charge(0, 5),)), Ask(3, (Charge(0, 1),))]

    verdict = await counts.decide([bucket(exact(10, MINUTE))], asks)

    assert list(verdict.admitted) == [1, 0, 2]


async def test_those_refused_can_all_be_had_after_the_longest_wait(counts: Counts, clock: Clock) -> None:
    quota = exact(3, MINUTE)
    await let_pass(counts, quota, 2)
    clock.now += 10 * MICROSECONDS
    verdict = await counts.decide([bucket(quota)], [Ask(2, (Charge(0, 1),)), Ask(2, (Charge(0, 1),))])

    assert list(verdict.admitted) == [1, 0]
    assert list(verdict.waits) == [50 * MICROSECONDS, 60 * MICROSECONDS]
    clock.now += 60 * MICROSECONDS
    assert await let_pass(counts, quota, 3) == 3


async def test_what_costs_more_than_is_ever_allowed_never_passes(counts: Counts) -> None:
    for quota in (exact(5, MINUTE), paced(60, MINUTE, burst=5)):
        verdict = await counts.decide([bucket(quota, str(quota.burst))], once(6))
        assert (list(verdict.admitted), list(verdict.waits)) == ([0], [NEVER])
        assert list(verdict.remaining) == [5]


async def test_a_limit_of_nothing_lets_nothing_pass(counts: Counts) -> None:
    assert await let_pass(counts, exact(0, MINUTE), 1) == 0
    assert await let_pass(counts, paced(0, MINUTE), 1) == 0


async def test_what_was_charged_too_much_is_given_back(counts: Counts, clock: Clock) -> None:
    for quota in (exact(10, MINUTE), paced(60, MINUTE, burst=10), exact(200, MINUTE)):
        name = str(quota)
        at = (await counts.decide([bucket(quota, name)], once(quota.most))).now
        clock.now += MICROSECONDS // 2
        await counts.settle([Settlement(bucket(quota, name), at, quota.most, quota.most - 4)])

        assert list((await counts.decide([bucket(quota, name)], [Ask(9, (Charge(0, 1),))])).admitted) == [4]


async def test_what_was_charged_too_little_is_owed(counts: Counts, clock: Clock) -> None:
    quota = exact(10, MINUTE)
    at = (await counts.decide([bucket(quota)], once(1))).now
    await counts.settle([Settlement(bucket(quota), at, 1, 15)])
    assert await let_pass(counts, quota, 1) == 0
    clock.now += MINUTE
    assert await let_pass(counts, quota, 20) == 10


async def test_a_count_is_never_less_than_nothing(counts: Counts, clock: Clock) -> None:
    for quota in (exact(10, MINUTE), paced(60, MINUTE, burst=10)):
        at = (await counts.decide([bucket(quota, str(quota.burst))], once(3))).now
        await counts.settle([Settlement(bucket(quota, str(quota.burst)), at, 50, 1)])

        verdict = await counts.decide([bucket(quota, str(quota.burst))], [Ask(99, (Charge(0, 1),))])
        assert list(verdict.admitted) == [10]


async def test_a_charge_that_is_over_is_not_given_back_to_a_later_one(counts: Counts, clock: Clock) -> None:
    quota = exact(10, MINUTE)
    at = (await counts.decide([bucket(quota)], once(10))).now
    clock.now += MINUTE
    assert await let_pass(counts, quota, 10) == 10
    await counts.settle([Settlement(bucket(quota), at, 10, 0)])

    assert await let_pass(counts, quota, 10) == 0


async def test_a_clock_that_is_put_back_gives_nobody_more(counts: Counts, clock: Clock) -> None:
    for quota in (exact(10, MINUTE), paced(60, MINUTE, burst=10)):
        name = str(quota.burst)
        await counts.decide([bucket(quota, name)], once(10))
        clock.now -= 10 * MINUTE

        assert list((await counts.decide([bucket(quota, name)], once())).admitted) == [0]


def test_a_share_is_what_one_of_several_may_let_pass() -> None:
    assert exact(100, MINUTE).share(4) == exact(25, MINUTE)
    assert exact(400, MINUTE).share(4) == exact(100, MINUTE)
    assert exact(3, MINUTE).share(4) == exact(1, MINUTE)
    assert exact(0, MINUTE).share(4) == exact(0, MINUTE)
    assert paced(60, MINUTE, 8).share(4) == paced(15, MINUTE, 2)
