"""Count what policies decide, those in shadow too, so that people can see what enforcing one would do."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple


class Decision(NamedTuple):
    """One kind of decision: of which policy of which field, and what came of it (`denied` or `shadowed`)."""

    coordinate: str
    policy: str
    outcome: str


class Decisions:
    """Counts since the process started; as many as there are policies at most. Tasks of one event loop use it."""

    def __init__(self) -> None:
        self._counts: Counter[Decision] = Counter()

    def count(self, coordinate: str, policy: str, outcome: str) -> None:
        """Count one decision."""
        self._counts[Decision(coordinate, policy, outcome)] += 1

    @property
    def counts(self) -> Mapping[Decision, int]:
        """How often each decision was made."""
        return self._counts
