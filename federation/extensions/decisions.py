"""Count what policies decide, those in shadow too, so that people can see what enforcing one would do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple


class Decision(NamedTuple):
    """One kind of decision: of which policy of which field, and what came of it.

    The outcome is `denied`, `shadowed` (it would have been denied) or `allowed`; the last is of no field but of all.
    """

    coordinate: str
    policy: str
    outcome: str


class Decisions:
    """Counts since the process started; as many as there are policies at most. Tasks of one event loop use it."""

    def __init__(self) -> None:
        self._counts: Counter[Decision] = Counter()

    def count(self, coordinate: str, policy: str, outcome: str, times: int = 1) -> None:
        """Count a decision that was made so many times."""
        self._counts[Decision(coordinate, policy, outcome)] += times

    def allow(self, policies: Iterable[str]) -> None:
        """Count an operation once for each kind of policy that stopped nothing of it."""
        for policy in policies:
            self._counts[_allowed(policy)] += 1

    def totals(self) -> Mapping[tuple[str, str], int]:
        """How often each kind of policy came to each outcome, over all fields."""
        found: Counter[tuple[str, str]] = Counter()
        for decision, count in self._counts.items():
            found[decision.policy, decision.outcome] += count
        return found

    @property
    def counts(self) -> Mapping[Decision, int]:
        """How often each decision was made."""
        return self._counts


@lru_cache(maxsize=64)
def _allowed(policy: str) -> Decision:
    return Decision("", policy, "allowed")
