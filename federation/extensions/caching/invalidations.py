"""What was invalidated, in an order that all replicas agree on: numbers, since clocks differ."""

from collections.abc import Iterable

from federation.extensions.caching.entry import Entry

ALL = "all"


class Invalidations:
    """The invalidations that this process knows of; tasks of one loop use it.

    Invalidation number N of a name makes every entry invalid that has the name among its tags and was asked for when
    fewer than N were known. So an answer that was on its way meanwhile is invalid too. At most `most` names are
    remembered: when one is dropped, whatever is older than its number is invalid. `epoch` names the history: numbers of
    another one say nothing. `newest` is the highest number of which anything is known; that of an invalidation whose
    number is not settled yet may be higher than `version`.
    """

    def __init__(self, epoch: str, most: int = 100_000) -> None:
        self.epoch = epoch
        self.version = 0
        self.newest = 0
        self._most = most
        self._floor = 0
        self._numbers: dict[str, int] = {}

    def begin(self, epoch: str, version: int) -> None:
        """Follow another history from `version` on; all that was kept under the old one is invalid."""
        self.epoch = epoch
        self.version = self._floor = self.newest = version
        self._numbers.clear()

    def know_from(self, version: int) -> None:
        """Take note that nothing is known of what came before: entries that are older are invalid."""
        self._floor = max(self._floor, version)
        self.newest = max(self.newest, version)

    def add(self, number: int, names: Iterable[str]) -> None:
        """Take note of an invalidation; in any order, and twice does no harm."""
        self.newest = max(self.newest, number)
        for name in names:
            known = self._numbers.pop(name, 0)
            self._numbers[name] = max(known, number)
        while len(self._numbers) > self._most:
            oldest = next(iter(self._numbers))
            self._floor = max(self._floor, self._numbers.pop(oldest))

    def reach(self, version: int) -> None:
        """Take note that all invalidations up to this one are known."""
        self.version = max(self.version, version)

    def allows(self, entry: Entry) -> bool:
        """Whether nothing has made the entry invalid."""
        version = entry.version
        if version < self._floor or entry.epoch != self.epoch:
            return False
        numbers = self._numbers
        if not numbers:
            return True
        if numbers.get(ALL, 0) > version:
            return False
        return all(numbers.get(tag, 0) <= version for tag in entry.tags)
