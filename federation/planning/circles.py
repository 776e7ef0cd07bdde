"""Let searches that lead back to themselves end, and find nothing twice."""

import sys
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Found = TypeVar("Found")
OUTSIDE = sys.maxsize


class Circles:
    """What is being looked for at the moment, outermost first; one owner, one search.

    What was found is remembered, unless finding it met something that was being looked for further out: elsewhere,
    where that is not so, more may be found.
    """

    def __init__(self) -> None:
        self._open: list[Hashable] = []
        self._known: dict[Hashable, Any] = {}
        self._outermost = OUTSIDE

    def closes(self, goal: Hashable) -> bool:
        """Whether the goal is being looked for already, so that looking for it again would never end."""
        if goal not in self._open:
            return False
        self._outermost = min(self._outermost, self._open.index(goal))
        return True

    def find(self, goal: Hashable, circumstances: Hashable, look: Callable[[], Found]) -> Found:
        """What `look` gives for the goal under the circumstances."""
        memo = (goal, circumstances)
        if memo in self._known:
            found: Found = self._known[memo]
            return found
        depth, before = len(self._open), self._outermost
        self._open.append(goal)
        self._outermost = OUTSIDE
        try:
            found = look()
            if self._outermost >= depth:
                self._known[memo] = found
            return found
        finally:
            self._open.pop()
            self._outermost = min(before, self._outermost if self._outermost < depth else OUTSIDE)
