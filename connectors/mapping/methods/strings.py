"""Methods on strings: split, trim, trimStart, trimEnd."""

from connectors.mapping.methods.method import Call, Method, kind
from connectors.mapping.syntax import Json


def _split(call: Call) -> Json:
    """Cut at a separator (an empty one cuts between all characters), into at most the second argument's number."""
    separator, most = call.argument(0), call.argument(1, None)
    if not isinstance(call.value, str) or not isinstance(separator, str):
        return call.fail("needs a string and a string to cut it at")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        return call.fail("needs a whole number of parts from 1 on")
    if separator == "":
        return list(call.value) if most is None else list(call.value)[:most]
    return call.value.split(separator, -1 if most is None else most - 1)


def _trim(call: Call) -> Json:
    return call.value.strip() if isinstance(call.value, str) else _no_string(call)


def _trim_start(call: Call) -> Json:
    return call.value.lstrip() if isinstance(call.value, str) else _no_string(call)


def _trim_end(call: Call) -> Json:
    return call.value.rstrip() if isinstance(call.value, str) else _no_string(call)


def _no_string(call: Call) -> Json:
    return call.fail(f"needs a string, not {kind(call.value)}")


STRINGS = {
    "split": Method(_split, 1, 2),
    "trim": Method(_trim),
    "trimStart": Method(_trim_start),
    "trimEnd": Method(_trim_end),
}
