"""Methods on lists: map, filter, find, contains, joinNotNull."""

from connectors.mapping.methods.converting import scalar_text
from connectors.mapping.methods.logic import truthy
from connectors.mapping.methods.method import Call, Method, kind, same
from connectors.mapping.missing import MISSING
from connectors.mapping.syntax import Json


def _map(call: Call) -> Json:
    """Apply the argument to each item; anything but a list counts as a list of one."""
    values = [call.each(item) for item in _items(call)]
    return [None if value is MISSING else value for value in values]


def _filter(call: Call) -> Json:
    return [item for item in _items(call) if truthy(call.each(item))]


def _find(call: Call) -> Json:
    return next((item for item in _items(call) if truthy(call.each(item))), MISSING)


def _contains(call: Call) -> Json:
    if not isinstance(call.value, list):
        return call.fail(f"needs a list, not {kind(call.value)}")
    wanted = call.argument(0)
    return any(same(item, wanted) for item in call.value)


def _join_not_null(call: Call) -> Json:
    separator = call.argument(0)
    if not isinstance(separator, str):
        return call.fail(f"needs a string to join with, not {kind(separator)}")
    parts = []
    for item in _items(call):
        if item is None:
            continue
        text = scalar_text(item)
        if text is None:
            return call.fail(f"joins strings, numbers and booleans, not {kind(item)}")
        parts.append(text)
    return separator.join(parts)


def _items(call: Call) -> list[Json]:
    return call.value if isinstance(call.value, list) else [call.value]


LISTS = {
    "map": Method(_map, 1, 1),
    "filter": Method(_filter, 1, 1),
    "find": Method(_find, 1, 1),
    "contains": Method(_contains, 1, 1),
    "joinNotNull": Method(_join_not_null, 1, 1),
}
