"""Keep a fetch lowered, once for each way in which its conditions can turn out."""

from collections.abc import Mapping
from functools import lru_cache

from connectors.bound.conditions import condition_variables
from connectors.bound.lower import Binding, BoundFetch, lower
from connectors.protocol import Fetch, Json

MOST_FORMS = 64


class PreparedFetch:
    """A connector's template. Read-only, but for the forms it remembers.

    Raises CannotPrepare when the fetch asks for what the binding does not give.
    """

    __slots__ = ("_conditions", "_form", "_whole")

    def __init__(self, fetch: Fetch, binding: Binding) -> None:
        self._conditions = condition_variables(fetch.selections)
        self._whole = lower(fetch, binding)

        @lru_cache(maxsize=MOST_FORMS)
        def form(holding: tuple[bool, ...]) -> BoundFetch:
            return lower(fetch, binding, dict(zip(self._conditions, holding, strict=True)))

        self._form = form

    def form(self, variables: Mapping[str, Json]) -> BoundFetch:
        """What is asked when the client's variables have these values."""
        if not self._conditions:
            return self._whole
        return self._form(tuple(bool(variables.get(name)) for name in self._conditions))
