"""Say what went wrong in the words of RFC 9457, with the code that stands in errors, metrics and logs alike."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson

from federation.request import RawHeaders
from federation.routes.routed import RoutedAnswer

PROBLEM: Final = b"application/problem+json"
# The statuses of what services and the graph say; whatever is not listed is the fault of a service.
STATUSES: Final[Mapping[str, int]] = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "RATE_LIMITED": 429,
    "BAD_REQUEST": 400,
    "BAD_USER_INPUT": 400,
    "VARIABLES_INVALID": 400,
    "COST_EXCEEDED": 400,
    "OPERATION_TOO_LARGE": 400,
    "UPSTREAM_REQUEST_INVALID": 400,
    "OVERLOADED": 503,
    "NOT_READY": 503,
    "RATE_LIMITS_UNAVAILABLE": 503,
    "AUTHENTICATION_UNAVAILABLE": 503,
    "CIRCUIT_OPEN": 503,
    "NO_HEALTHY_ENDPOINT": 503,
    "POOL_EXHAUSTED": 503,
    "UPSTREAM_CONNECT": 503,
    "UPSTREAM_TIMEOUT": 504,
    "DEADLINE_EXCEEDED": 504,
    "INTERNAL_SERVER_ERROR": 500,
    "RESOLVER_FAILED": 500,
}
BAD_GATEWAY: Final = 502
# What may pass soon; clients that are told nothing ask again at once.
RETRY_SECONDS: Final = 1


def status_of(code: str) -> int:
    """The HTTP status that says most about a code."""
    return STATUSES.get(code, BAD_GATEWAY)


def problem(
    code: str,
    detail: str,
    *,
    status: int | None = None,
    extensions: Mapping[str, Any] | None = None,
    headers: RawHeaders = (),
) -> RoutedAnswer:
    """The answer that says so. What may be asked again says when (`retry-after`)."""
    found = status or status_of(code)
    phrase = HTTPStatus(found).phrase
    body = {"type": "about:blank", "title": phrase, "status": found, "detail": detail, "code": code}
    shown = {name: value for name, value in (extensions or {}).items() if name not in body}
    told = headers
    if found in {429, 503} and not any(name == b"retry-after" for name, _ in headers):
        told = (*headers, (b"retry-after", str(_seconds(shown)).encode()))
    return RoutedAnswer(
        found,
        ((b"content-type", PROBLEM), (b"cache-control", b"no-store"), *told),
        orjson.dumps({**body, **shown}),
    )


def _seconds(extensions: Mapping[str, Any]) -> int:
    milliseconds = extensions.get("retryAfterMs")
    return max(RETRY_SECONDS, -(-milliseconds // 1000)) if isinstance(milliseconds, int) else RETRY_SECONDS
