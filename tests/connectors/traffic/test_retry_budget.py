"""The budget of retries: a share of the calls of the last seconds, and a little more."""

from random import Random

import pytest

from connectors.traffic.outcome import Outcome, Verdict
from connectors.traffic.retry import Retries, RetryPolicy
from connectors.traffic.retry_budget import RetryBudget

REPEATABLE = Verdict(Outcome.FAILURE, may_repeat=True)


def test_a_service_that_fails_wholly_gets_at_most_a_fifth_more_and_three_a_second() -> None:
    budget, retries = RetryBudget(), 0
    for number in range(200 * 60):
        now = 1_000 + number / 200
        budget.count_call(now)
        retries += sum(budget.spend(now) for _ in range(2))  # each call would be made three times
    assert retries <= 0.2 * 200 * 60 + 3 * 60 + 3
    assert retries >= 0.2 * 200 * 50, "and the budget can be used"


def test_without_many_calls_three_a_second_are_allowed() -> None:
    budget = RetryBudget()
    assert [sum(budget.spend(100.0 + second) for _ in range(10)) for second in range(5)] == [3] * 5


def test_what_is_refused_is_counted() -> None:
    budget = RetryBudget(share=0.0, least_per_second=1.0)
    assert [budget.spend(5.0) for _ in range(3)] == [True, False, False]
    assert (budget.spent, budget.refused) == (1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_ten_thousand_random_steps_never_exceed_it_in_any_window(seed: int) -> None:
    rng, budget, now = Random(seed), RetryBudget(), 0.0
    calls: list[float] = []
    spent: list[float] = []
    for _ in range(10_000):
        now += rng.choice((0.0, 0.0, 0.001, 0.02, 0.5))
        if rng.random() < 0.5:
            budget.count_call(now)
            calls.append(now)
        elif budget.spend(now):
            spent.append(now)
            recent = sum(each > now - 10 for each in spent)
            # The window ends at whole seconds: what it saw may be up to ten seconds older than any retry in it.
            seen = sum(each > now - 20 for each in calls)
            assert recent <= 0.2 * seen + 3 * 10 + 3
    assert len(spent) > 500


def test_waits_are_a_random_part_of_a_time_that_doubles_up_to_a_quarter_of_a_second() -> None:
    longest = Retries(RetryPolicy(attempts=10, budget_per_second=100), draw=lambda: 1.0)
    waits = [longest.wait(REPEATABLE, retries, 1e9, 0.0) for retries in range(6)]
    assert waits == [0.025, 0.05, 0.1, 0.2, 0.25, 0.25]
    assert Retries(RetryPolicy(), draw=lambda: 0.0).wait(REPEATABLE, 0, 1e9, 0.0) == 0.0


def test_the_service_may_ask_for_more_time_than_that() -> None:
    retries = Retries(RetryPolicy())
    assert retries.wait(REPEATABLE._replace(pushback=2.0), 0, 1e9, 0.0) == 2.0
    assert retries.wait(REPEATABLE._replace(pushback=2.0), 0, 1.5, 0.0) is None, "but not than there is"


def test_what_would_not_help_costs_no_budget() -> None:
    retries = Retries(RetryPolicy())
    assert retries.wait(Verdict(Outcome.FAILURE), 0, 1e9, 0.0) is None
    assert retries.wait(REPEATABLE, 2, 1e9, 0.0) is None, "three attempts are all"
    assert (retries.budget.spent, retries.budget.refused) == (0, 0)
