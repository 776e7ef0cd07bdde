"""Methods that compare: eq, ne, gt, gte, lt, lte, in."""

import operator
from collections.abc import Callable

from connectors.mapping.methods.method import Call, Method, kind, same
from connectors.mapping.syntax import Json


def _equal(call: Call) -> Json:
    return same(call.value, call.argument(0))


def _not_equal(call: Call) -> Json:
    return not same(call.value, call.argument(0))


def _in(call: Call) -> Json:
    choices = call.argument(0)
    if not isinstance(choices, list):
        return call.fail(f"needs a list to look in, not {kind(choices)}")
    return any(same(call.value, choice) for choice in choices)


def _ordered(compare: Callable[[Json, Json], bool]) -> Callable[[Call], Json]:
    def run(call: Call) -> Json:
        other = call.argument(0)
        if not _comparable(call.value, other):
            return call.fail(f"cannot compare {kind(call.value)} with {kind(other)}")
        return compare(call.value, other)

    return run


def _comparable(left: Json, right: Json) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool)
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return numbers or (isinstance(left, str) and isinstance(right, str))


COMPARING = {
    "eq": Method(_equal, 1, 1),
    "ne": Method(_not_equal, 1, 1),
    "gt": Method(_ordered(operator.gt), 1, 1),
    "gte": Method(_ordered(operator.ge), 1, 1),
    "lt": Method(_ordered(operator.lt), 1, 1),
    "lte": Method(_ordered(operator.le), 1, 1),
    "in": Method(_in, 1, 1),
}
