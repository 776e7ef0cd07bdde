"""Encode an answer as JSON bytes."""

import json
from collections.abc import Mapping
from typing import Any

import orjson

from federation.execution.compile import ExecutionResult
from federation.execution.repeated import as_text, as_value


def encode(result: ExecutionResult, extensions: Mapping[str, Any] | None = None) -> bytes:
    """The response of the GraphQL specification, section 7.1: errors first, so that people see them."""
    answer: dict[str, Any] = {}
    if result.failures:
        answer["errors"] = result.failures.as_json()
    answer["data"] = result.data
    if extensions:
        answer["extensions"] = extensions
    try:
        return orjson.dumps(answer, default=as_text)
    except TypeError:
        # orjson refuses whole numbers of more than 64 bits, and values nested deeper than 254 levels.
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=as_value).encode()
