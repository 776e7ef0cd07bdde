"""Methods on objects: entries, keysToCamelCase, keysToCamelCaseDeep."""

import re

from connectors.mapping.methods.method import Call, Method, kind
from connectors.mapping.syntax import Json

WORD_START = re.compile(r"(?<=[A-Za-z0-9])[_-]+([A-Za-z0-9])")


def _entries(call: Call) -> Json:
    """The object as a list of objects with `key` and `value`."""
    if not isinstance(call.value, dict):
        return call.fail(f"needs an object, not {kind(call.value)}")
    return [{"key": key, "value": value} for key, value in call.value.items()]


def _keys_to_camel_case(call: Call) -> Json:
    if not isinstance(call.value, dict):
        return call.fail(f"needs an object, not {kind(call.value)}")
    return {camel_case(key): value for key, value in call.value.items()}


def _keys_to_camel_case_deep(call: Call) -> Json:
    return _deep(call.value)


def camel_case(key: str) -> str:
    """`login_name` as `loginName`."""
    return WORD_START.sub(lambda match: match.group(1).upper(), key)


def _deep(value: Json) -> Json:
    if isinstance(value, list):
        return [_deep(item) for item in value]
    if isinstance(value, dict):
        return {camel_case(key): _deep(item) for key, item in value.items()}
    return value


OBJECTS = {
    "entries": Method(_entries),
    "keysToCamelCase": Method(_keys_to_camel_case),
    "keysToCamelCaseDeep": Method(_keys_to_camel_case_deep),
}
