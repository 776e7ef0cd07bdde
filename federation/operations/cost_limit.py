"""Refuse operations that may cost more than any may: before anybody is asked anything for them."""

from collections.abc import Mapping
from typing import Any

from federation.operations.cost import Costs
from federation.operations.errors import CostExceeded
from federation.operations.operation import Operation


class CostLimit:
    """What any operation may cost at most, by the bound that `costs` gives. Fields count whoever may see them."""

    def __init__(self, costs: Costs, most: int) -> None:
        self._costs = costs
        self._most = most

    def check(self, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Raises CostExceeded, which says nothing of the schema: neither weights nor sizes, nor what it would cost."""
        if self._costs.most_of(operation, variables) > self._most:
            raise CostExceeded(f"the operation may cost more than {self._most}: ask for less at once")
