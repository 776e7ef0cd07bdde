"""Hold on to the endpoints for a while when a registry says that there are none: it is more likely to err than they."""

from connectors.discovery.found import Found


class HoldEmpty:
    """What to believe of what a registry says. `seconds` is how long an empty answer is held back.

    Times are those of one monotonic clock.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._believed: Found = ()
        self._empty_since: float | None = None

    @property
    def believed(self) -> Found:
        """The endpoints to call."""
        return self._believed

    @property
    def due(self) -> float | None:
        """When the empty answer that is held back will be believed; None when none is held back."""
        return None if self._empty_since is None else self._empty_since + self._seconds

    def take(self, found: Found, now: float) -> bool:
        """Hear what the registry says; whether what is believed has changed."""
        if not found and self._believed:
            if self._empty_since is None:
                self._empty_since = now
            return self.pass_time(now)
        self._empty_since = None
        changed = found != self._believed
        self._believed = found
        return changed

    def pass_time(self, now: float) -> bool:
        """Believe what has been held back for long enough; whether what is believed has changed."""
        if self.due is None or now < self.due:
            return False
        self._empty_since = None
        self._believed = ()
        return True
