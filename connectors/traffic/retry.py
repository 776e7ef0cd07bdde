"""Decide whether a call that failed is made again, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from random import random

from connectors.traffic.outcome import Verdict
from connectors.traffic.retry_budget import RetryBudget

RETRY_BUDGET = "RETRY_BUDGET"


class BudgetSpent(Exception):
    """A call would be made again, but too many have been."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is made at most (`attempts`), how long to wait before the next (seconds), and the budget.

    The wait is a random part of `base_seconds`, which double with each retry up to `most_seconds`; not less than what
    the service asks for. `attempt_seconds` bounds one attempt of a call that may be repeated.
    """

    attempts: int = 3
    base_seconds: float = 0.025
    most_seconds: float = 0.25
    attempt_seconds: float | None = None
    budget_share: float = 0.2
    budget_per_second: float = 3.0


class Retries:
    """Decides for all calls to one service; `draw` gives numbers from 0 to below 1."""

    def __init__(self, policy: RetryPolicy, draw: Callable[[], float] = random) -> None:
        self._policy = policy
        self._draw = draw
        self.budget = RetryBudget(policy.budget_share, policy.budget_per_second)

    def wait(self, verdict: Verdict, retries: int, deadline: float, now: float) -> float | None:
        """How long to wait before the call is made again after `retries`; None when it is not.

        Raises BudgetSpent when it would be, and the budget does not allow it.
        """
        policy = self._policy
        if not verdict.may_repeat or retries + 1 >= policy.attempts:
            return None
        seconds = self._draw() * min(policy.most_seconds, policy.base_seconds * 2.0**retries)
        seconds = max(seconds, verdict.pushback or 0.0)
        if now + seconds >= deadline:
            return None
        if not self.budget.spend(now):
            raise BudgetSpent
        return seconds
