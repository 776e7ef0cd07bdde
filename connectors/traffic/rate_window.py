"""Count what happened in the last seconds, one bucket a second."""


class RateWindow:
    """Events, and how many of them failed, in a window of whole seconds that ends now."""

    __slots__ = ("_events", "_failures", "_seconds", "_stamps")

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._stamps = [-1] * seconds
        self._events = [0] * seconds
        self._failures = [0] * seconds

    def add(self, now: float, *, failed: bool) -> None:
        """Count one event."""
        second = int(now)
        bucket = second % self._seconds
        if self._stamps[bucket] == second:  # nearly always
            self._events[bucket] += 1
        else:
            self._stamps[bucket] = second
            self._events[bucket] = 1
            self._failures[bucket] = 0
        if failed:
            self._failures[bucket] += 1

    def sums(self, now: float) -> tuple[int, int]:
        """All events in the window, and the failed ones among them."""
        oldest = int(now) - self._seconds
        live = [bucket for bucket, stamp in enumerate(self._stamps) if stamp > oldest]
        return sum(self._events[bucket] for bucket in live), sum(self._failures[bucket] for bucket in live)

    def clear(self) -> None:
        """Forget everything."""
        self._stamps = [-1] * self._seconds
