"""Bound how much work planning one operation may be."""

from federation.operations.errors import OperationTooLarge

TOO_MUCH = "the operation needs more planning than is allowed; ask for less at once"


class Budget:
    """So many steps of search; one owner, one operation."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Raises OperationTooLarge when nothing is left."""
        self._left -= steps
        if self._left < 0:
            raise OperationTooLarge(TOO_MUCH)
