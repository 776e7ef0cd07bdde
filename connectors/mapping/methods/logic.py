"""Methods on truth: and, or, not."""

from connectors.mapping.methods.method import Call, Method
from connectors.mapping.missing import MISSING
from connectors.mapping.syntax import Json


def truthy(value: Json) -> bool:
    """Whether a value counts as true: not null, missing, false, zero or an empty string."""
    if value is None or value is MISSING:
        return False
    if isinstance(value, list | dict):
        return True
    return bool(value)


def _and(call: Call) -> Json:
    return truthy(call.value) and all(truthy(call.argument(index)) for index in range(len(call.arguments)))


def _or(call: Call) -> Json:
    return truthy(call.value) or any(truthy(call.argument(index)) for index in range(len(call.arguments)))


def _not(call: Call) -> Json:
    return not truthy(call.value)


LOGIC = {
    "and": Method(_and, 1, None),
    "or": Method(_or, 1, None),
    "not": Method(_not),
}
