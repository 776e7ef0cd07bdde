"""What an issuer's keys are as far as is known, and when they may be asked for again. Pure: time is a parameter."""

from dataclasses import dataclass

from federation.extensions.authentication.key_set import KeySet

NEVER = float("-inf")
FIRST_PAUSE = 1.0  # seconds after a failure; doubled with each further one


@dataclass(frozen=True, slots=True)
class KeyTimes:
    """All in seconds: keys are asked for again after `refresh` so that none is older than `fresh`, and are used up to
    `kept` while the issuer is away. A key that is not known is looked for at most once in `look` unless that finds it.
    """

    fresh: float = 600.0
    refresh: float = 480.0
    kept: float = 86_400.0
    look: float = 60.0
    longest_pause: float = 30.0


class HeldKeys:
    """The last good keys; one RemoteKeys owns it and tells it what happened."""

    def __init__(self, times: KeyTimes) -> None:
        self._times = times
        self._keys: KeySet | None = None
        self._fetched_at = NEVER
        self._looked_at = NEVER
        self._failures = 0
        self.due_at = NEVER

    def usable(self, now: float) -> KeySet | None:
        """The last good keys, unless they are too old to trust."""
        return self._keys if now < self._fetched_at + self._times.kept else None

    def may_look(self, now: float) -> bool:
        """Whether a request may have the keys asked for again."""
        return now >= self._looked_at + self._times.look

    def look(self, now: float) -> None:
        """A request has the keys asked for."""
        self._looked_at = now

    def found(self) -> None:
        """The key that was looked for is there: the next new one may be looked for at once."""
        self._looked_at = NEVER

    def take(self, keys: KeySet, now: float) -> None:
        """The issuer answered."""
        self._keys, self._fetched_at, self._failures = keys, now, 0
        self.due_at = now + self._times.refresh

    def fail(self, now: float) -> None:
        """The issuer did not answer, or not with keys."""
        self.due_at = now + min(FIRST_PAUSE * 2.0**self._failures, self._times.longest_pause)
        self._failures = min(self._failures + 1, 10)
