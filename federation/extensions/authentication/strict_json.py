"""Read JSON that others sign or serve, so that no two readers can understand it differently."""

import json
from typing import Any

import orjson


class NotStrict(ValueError):
    """The text is not JSON, or JSON that readers disagree about."""


def read_object(text: bytes) -> dict[str, Any]:
    """The JSON object in UTF-8 that the text is.

    Raises NotStrict; also for a key that stands twice in one object (RFC 7515, section 4, and RFC 7519, section 4, let
    readers choose one of the two). orjson refuses what the standard library lets pass: NaN, infinities, halves of
    surrogate pairs, deep nesting; only the standard library shows both of two equal keys.
    """
    try:
        orjson.loads(text)
        value = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise NotStrict(f"not strict JSON: {error}") from error
    if not isinstance(value, dict):
        raise NotStrict("expected a JSON object")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a key stands twice")
    return found
