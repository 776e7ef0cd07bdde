"""The data that fetches leave behind, and how the answer of one more goes into it."""

from collections.abc import Mapping
from typing import Any, Final

from connectors.protocol import UNANSWERED

# Stands where a value would be, had its fetch not failed; that was reported already. Fetch layers may put it there too.
FAILED: Final = UNANSWERED


def merge(target: dict[str, Any], answer: Mapping[str, Any]) -> None:
    """Put an object that a fetch answered into the object that stands for it. Lists of equal length pair up."""
    for key, value in answer.items():
        held = target.get(key)
        if held is None or held is FAILED:
            target[key] = value
        elif value is not None and value is not FAILED:
            target[key] = _merged(held, value)


def _merged(held: Any, value: Any) -> Any:
    if isinstance(held, dict) and isinstance(value, dict):
        if held is not value:
            merge(held, value)
        return held
    if isinstance(held, list) and isinstance(value, list):
        if len(held) == len(value) and held is not value:
            return [_merged_item(left, right) for left, right in zip(held, value, strict=True)]
        return held
    return value


def _merged_item(held: Any, value: Any) -> Any:
    if held is None or value is None:
        return value if held is None else held
    return _merged(held, value)
