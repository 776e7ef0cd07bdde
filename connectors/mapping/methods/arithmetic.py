"""Methods on numbers: add, sub, mul, div, mod."""

import math
import operator
from collections.abc import Callable

from connectors.mapping.methods.method import Call, Method, kind
from connectors.mapping.syntax import Json


def _folded(compute: Callable[[Json, Json], Json]) -> Callable[[Call], Json]:
    """The value, combined with each argument in turn."""

    def run(call: Call) -> Json:
        result = call.value
        for operand in (call.value, *call.values()):
            if isinstance(operand, bool) or not isinstance(operand, int | float):
                return call.fail(f"needs numbers, not {kind(operand)}")
        try:
            for operand in call.values():
                result = compute(result, operand)
            finite = math.isfinite(result)
        except (ArithmeticError, ValueError):
            finite = False
        return result if finite else call.fail("has no result for these numbers")

    return run


def _divide(left: Json, right: Json) -> Json:
    """Whole where both are whole and nothing is left over."""
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


def _remainder(left: Json, right: Json) -> Json:
    """With the sign of the dividend, as JSON's cousins have it."""
    if isinstance(left, float) or isinstance(right, float):
        return math.fmod(left, right)
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


ARITHMETIC = {
    "add": Method(_folded(operator.add), 1, None),
    "sub": Method(_folded(operator.sub), 1, None),
    "mul": Method(_folded(operator.mul), 1, None),
    "div": Method(_folded(_divide), 1, None),
    "mod": Method(_folded(_remainder), 1, None),
}
