"""Say in HTTP how an operation ended."""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import orjson

from federation.request import RawHeaders
from federation.routes.operations.stored import StoredOperation
from federation.routes.problems import problem, status_of
from federation.routes.routed import RoutedAnswer

JSON: Final = b"application/json; charset=utf-8"
# Of several errors, that decides which a client can do most about.
BY_WEIGHT: Final = (401, 403, 429, 400, 404, 503, 504, 502, 500)
MOST_TOLD: Final = 20
ERRORS_HEADER: Final = b"interlace-errors"


def outcome(stored: StoredOperation, body: bytes) -> RoutedAnswer:
    """The answer of a route for the answer of the graph."""
    answer = _read(body)
    data, errors = answer.get("data"), answer.get("errors", ())
    is_empty = data is None or all(value is None for value in data.values())
    if errors and (is_empty or not stored.partial):
        return _failed(errors)
    if is_empty and stored.operation.kind == "query":
        return problem("NOT_FOUND", "there is no such thing", status=404)
    text = _write(data if stored.shape is None else stored.shape(data))
    headers: RawHeaders = ((b"content-type", JSON),)
    if errors:
        codes = dict.fromkeys(_code(error) for error in errors)
        return RoutedAnswer(200, (*headers, (ERRORS_HEADER, ", ".join(codes).encode())), text)
    tag = b'"%b"' % blake2b(text, digest_size=12).hexdigest().encode()
    return RoutedAnswer(200, (*headers, (b"etag", tag)) if stored.operation.kind == "query" else headers, text)


def _failed(errors: Sequence[Mapping[str, Any]]) -> RoutedAnswer:
    first = min(errors, key=lambda error: BY_WEIGHT.index(status_of(_code(error))))
    code = _code(first)
    own = {name: value for name, value in first.get("extensions", {}).items() if name not in {"code", "status"}}
    told = [
        {"code": _code(error), "detail": error["message"], **({"path": error["path"]} if "path" in error else {})}
        for error in errors[:MOST_TOLD]
    ]
    return problem(code, first["message"], extensions={**own, "errors": told})


def _code(error: Mapping[str, Any]) -> str:
    return str(error.get("extensions", {}).get("code", "SUBGRAPH_ERROR"))


def _read(body: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:  # numbers of more than 64 bits, which the graph writes and orjson does not read
        found = json.loads(body)
    return found


def _write(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
