"""What follows something that outlives a snapshot, until the snapshot is closed."""

from collections.abc import Callable


class Following:
    """What one snapshot follows; `leave` are the functions that end it."""

    def __init__(self, *leave: Callable[[], None]) -> None:
        self._leave = leave

    async def close(self) -> None:
        """Follow nothing more."""
        for each in self._leave:
            each()
