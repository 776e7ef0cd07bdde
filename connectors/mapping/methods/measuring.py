"""Methods on anything that has parts (lists, strings, objects): first, last, get, slice, size."""

from connectors.mapping.methods.method import Call, Method, kind
from connectors.mapping.missing import MISSING
from connectors.mapping.syntax import Json


def _first(call: Call) -> Json:
    if not isinstance(call.value, list | str):
        return call.value
    return call.value[0] if call.value else MISSING


def _last(call: Call) -> Json:
    if not isinstance(call.value, list | str):
        return call.value
    return call.value[-1] if call.value else MISSING


def _get(call: Call) -> Json:
    """One part: by position (negative from the end) in a list or string, by name in an object."""
    part = call.argument(0)
    if isinstance(call.value, dict) and isinstance(part, str):
        return call.value.get(part, MISSING)
    if isinstance(call.value, list | str) and _is_position(part):
        in_bounds = -len(call.value) <= part < len(call.value)
        return call.value[part] if in_bounds else MISSING
    return call.fail(f"cannot find {kind(part)} in {kind(call.value)}")


def _slice(call: Call) -> Json:
    if not isinstance(call.value, list | str):
        return call.value
    start, end = call.argument(0, 0), call.argument(1, len(call.value))
    if not _is_position(start) or not _is_position(end):
        return call.fail("needs whole numbers as positions")
    return call.value[max(start, 0) : max(end, 0)]


def _size(call: Call) -> Json:
    if not isinstance(call.value, list | str | dict):
        return call.fail(f"needs a list, string or object, not {kind(call.value)}")
    return len(call.value)


def _is_position(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


MEASURING = {
    "first": Method(_first),
    "last": Method(_last),
    "get": Method(_get, 1, 1),
    "slice": Method(_slice, 0, 2),
    "size": Method(_size),
}
