"""What one window of a rule allows, as the counting sees it: whole numbers, times in microseconds."""

from typing import NamedTuple

from schemas.policy import Window

MICROSECONDS = 1_000_000
# Up to so many, every call is remembered by its time; beyond, by one of so many parts of the window.
MOST_REMEMBERED = 100
PARTS = 60


class Quota(NamedTuple):
    """At most `limit` in any `window`, counted exactly; or, where there is a `burst`, one every `step` on average.

    An exact quota remembers calls by the `step` in which they were: one microsecond, or a part of the window. They
    count until the last moment of their step is a window ago. A paced one lets `burst` pass at once, then one every
    `step`. It is a tuple since tables are found by it, many times a request.
    """

    limit: int
    window: int
    step: int
    burst: int = 0

    @property
    def most(self) -> int:
        """The most that can ever be had at once."""
        return self.burst or self.limit

    def share(self, parts: int) -> "Quota":
        """What one of so many may let pass when they cannot count together; at least one, if it is not nothing."""
        limit = min(self.limit, max(1, self.limit // parts))
        if not self.burst:
            return exact(limit, self.window)
        return self._replace(limit=limit, step=self.step * parts, burst=max(1, self.burst // parts))


def exact(limit: int, window: int) -> Quota:
    """At most `limit` in any `window` microseconds."""
    return Quota(limit, window, 1 if limit <= MOST_REMEMBERED else -(-window // PARTS))


def paced(limit: int, window: int, burst: int | None = None) -> Quota:
    """`limit` evenly over a `window` of microseconds, and at most `burst` (a tenth, unless said) at once."""
    if limit == 0:
        return exact(0, window)
    return Quota(limit, window, -(-window // limit), burst or max(1, limit // 10))


def quota_of(window: Window, algorithm: str) -> Quota:
    """The quota of a rule's window; one with a burst is paced, whatever the rule says of others."""
    length = round(window.seconds * MICROSECONDS)
    if algorithm == "paced" or window.burst is not None:
        return paced(window.count, length, window.burst)
    return exact(window.count, length)
