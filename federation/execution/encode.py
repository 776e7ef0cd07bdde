"""Encode an answer as JSON bytes."""

from typing import Any

import orjson

from federation.execution.compile import ExecutionResult


def encode(result: ExecutionResult) -> bytes:
    """The response of the GraphQL specification, section 7.1: errors first, so that people see them."""
    answer: dict[str, Any] = {}
    if result.failures:
        answer["errors"] = result.failures.as_json()
    answer["data"] = result.data
    return orjson.dumps(answer, default=_beyond_json)


def _beyond_json(value: object) -> object:
    """Whole numbers of more than 64 bits leave as text; nothing else can be here."""
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"cannot encode {type(value).__name__}")
