"""Bound how many calls are made again, so that a service that fails is not also flooded."""

from connectors.traffic.rate_window import RateWindow


class RetryBudget:
    """Retries may be a `share` of the calls of the last `window_seconds`, and beyond that `least_per_second`.

    A retry counts from when it is decided, also while it waits for its moment.
    """

    def __init__(self, share: float = 0.2, least_per_second: float = 3.0, window_seconds: int = 10) -> None:
        self._share = share
        self._rate = least_per_second
        self._calls = RateWindow(window_seconds)
        self._retries = RateWindow(window_seconds)
        self._tokens = least_per_second
        self._filled_at = 0.0
        self.spent = 0
        self.refused = 0

    def count_call(self, now: float) -> None:
        """Take note of a call that a client's request needs."""
        self._calls.add(now, failed=False)

    def spend(self, now: float) -> bool:
        """Take one retry from the budget; false when there is none."""
        self._tokens = min(self._rate, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._retries.sums(now)[0] + 1 <= self._share * self._calls.sums(now)[0]:
            self._retries.add(now, failed=False)
        elif self._tokens >= 1:
            self._tokens -= 1
        else:
            self.refused += 1
            return False
        self.spent += 1
        return True
