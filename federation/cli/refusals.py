"""What a connection says without asking the application, written once for all requests."""

from http import HTTPStatus

import orjson


def refusal(status: HTTPStatus, code: str, message: str, *headers: bytes) -> bytes:
    """A whole HTTP answer, after which the connection stays open."""
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}".encode(),
        b"content-type: application/json; charset=utf-8",
        b"content-length: %d" % len(body),
        b"cache-control: no-store",
        *headers,
    )
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def closing(answer: bytes) -> bytes:
    """The same answer, after which the connection is closed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head + b"\r\nconnection: close\r\n\r\n" + body


RETRY_SOON = b"retry-after: 1"
OVERLOADED = refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "OVERLOADED", "the gateway has too much to do; try again in a moment", RETRY_SOON
)
OVERLOADED_CLOSING = closing(OVERLOADED)
TOO_MANY_CONNECTIONS = closing(
    refusal(HTTPStatus.SERVICE_UNAVAILABLE, "OVERLOADED", "the gateway has too many connections", RETRY_SOON)
)
HEAD_TOO_LARGE = closing(
    refusal(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "HEADERS_TOO_LARGE",
        "address and headers are larger than allowed",
    )
)
TOO_SLOW = closing(refusal(HTTPStatus.REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "the request did not come in time"))
