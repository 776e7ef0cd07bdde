"""Methods between texts and values: toString, parseInt, jsonStringify, jsonParse."""

import orjson

from connectors.mapping.methods.method import Call, Method, kind
from connectors.mapping.syntax import Json

LONGEST_NUMBER = 400


def scalar_text(value: Json) -> str | None:
    """A string, number or boolean as text; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return orjson.dumps(value).decode()
    return None


def _to_string(call: Call) -> Json:
    if call.value is None:
        return ""
    text = scalar_text(call.value)
    return call.fail(f"needs a string, number or boolean, not {kind(call.value)}") if text is None else text


def _parse_int(call: Call) -> Json:
    base = call.argument(0, 10)
    text = scalar_text(call.value)
    if isinstance(base, bool) or not isinstance(base, int) or not 2 <= base <= 36:
        return call.fail("needs a base from 2 to 36")
    if text is None or len(text) > LONGEST_NUMBER:
        return call.fail(f"cannot read {kind(call.value)} as a whole number")
    try:
        return int(text, base)
    except ValueError:
        return call.fail("cannot read this text as a whole number")


def _json_stringify(call: Call) -> Json:
    try:
        return orjson.dumps(call.value).decode()
    except TypeError:
        return call.fail("cannot write this value: a number is out of range, or a string is not Unicode")


def _json_parse(call: Call) -> Json:
    if not isinstance(call.value, str):
        return call.fail(f"needs a string, not {kind(call.value)}")
    try:
        return orjson.loads(call.value)
    except ValueError:
        return call.fail("met a string that is not JSON")


CONVERTING = {
    "toString": Method(_to_string),
    "parseInt": Method(_parse_int, 0, 1),
    "jsonStringify": Method(_json_stringify),
    "jsonParse": Method(_json_parse),
}
