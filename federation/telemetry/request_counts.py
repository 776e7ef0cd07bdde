"""Count how clients were answered: operations by their outcome, requests by routes; one note for each request."""

from bisect import bisect_left
from collections import Counter
from typing import Final

# Seconds; a request is counted in the first that it does not exceed.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Outcomes without a code: everything was had, errors stand beside the data, or the client left before its answer.
OK: Final = "OK"
PARTIAL: Final = "PARTIAL"
OTHER: Final = "OTHER"
NO_ROUTE: Final = "none"
LEFT: Final = "LEFT"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# More codes, or routes over all reloads, than there can be: what comes beyond is counted as one.
MOST_NAMES: Final = 1_000


class Durations:
    """How long requests took: counts by `BUCKETS`, of which the last has all that took longer, and their sum."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.sum += seconds


class OperationCounts:
    """Operations of the graph since the process started, by outcome: `OK`, `PARTIAL`, `LEFT`, or the refusal's code."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.ok = Durations()
        self.partial = Durations()
        self.refused = Durations()

    def note(self, outcome: str, seconds: float) -> None:
        """Count one operation."""
        outcomes = self.outcomes
        known = outcomes.get(outcome)
        if known is None and len(outcomes) >= MOST_NAMES:
            outcome, known = OTHER, outcomes.get(OTHER)
        outcomes[outcome] = 1 if known is None else known + 1
        durations = self.ok if outcome == OK else self.partial if outcome == PARTIAL else self.refused
        durations.counts[bisect_left(BUCKETS, seconds)] += 1
        durations.sum += seconds


class RouteCounts:
    """Requests by routes since the process started: by the route's pattern, the method, and the class of the status."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.durations: dict[str, Durations] = {}

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; a `status` of 0 says that the client left before there was any."""
        durations = self.durations.get(route)
        if durations is None:
            if len(self.durations) >= MOST_NAMES:
                route = OTHER
            durations = self.durations.setdefault(route, Durations())
        durations.add(seconds)
        shown = method if method in METHODS else OTHER
        self.requests[route, shown, f"{status // 100}xx" if status else LEFT] += 1
