"""Keep the place of a call whose answer is still on its way when the call has returned."""

from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.errors import CallFailed
from connectors.traffic.outcome import Verdict

Result = TypeVar("Result")


class Hold(Generic[Result]):
    """One streamed call: `judge` says what is wrong with its result, `holds` whether there is more of it to come.

    As long as there is, the call counts as on its way: at its endpoint, and in the bulkhead. `waited` is for how long
    (seconds) it was the client who kept the service waiting; nobody else is to blame for that. `end` must be called.
    """

    __slots__ = ("_end", "_has_rest", "judge", "waited")

    def __init__(self, judge: Callable[[Result], Verdict | None], has_rest: Callable[[Result], bool]) -> None:
        self.judge = judge
        self.waited = 0.0
        self._has_rest = has_rest
        self._end: Callable[[CallFailed | None], None] | None = None

    def holds(self, result: Result | None) -> bool:
        """Whether the place is to be kept for the rest of this result."""
        return result is not None and self._has_rest(result)

    def begin(self, end: Callable[[CallFailed | None], None]) -> None:
        """Keep the place until `end`, which is told why if the rest does not come."""
        self._end = end

    def end(self, failure: CallFailed | None = None) -> None:
        """Give the place back, if it is kept. Safe to call twice."""
        end, self._end = self._end, None
        if end is not None:
            end(failure)
