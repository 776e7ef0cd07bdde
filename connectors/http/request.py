"""Write a request as HTTP/1.1 has it, refusing whatever could say more than one request (RFC 9112)."""

import re
from collections.abc import Sequence
from functools import lru_cache

from connectors.errors import NotSendable

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(r"/[!\"$-~]*")  # visible ASCII, without '#'
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

# Framing, routing and coding are the client's own business: a second opinion is how requests are smuggled.
RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class FixedHeaders(tuple[tuple[str, str], ...]):
    """Headers that are the same in all requests, so that they are checked and written once."""

    __slots__ = ()


def encode_head(
    method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes | None, authority: str
) -> bytes:
    """Write the request line and all headers; the body follows as it is.

    Raises NotSendable when method, target or a header cannot stand in a request.
    """
    start = _fixed_start if isinstance(headers, FixedHeaders) else _start
    return b"%b%b\r\n" % (start(method, target, headers, authority), _length_line(method, body))


def _start(method: str, target: str, headers: Sequence[tuple[str, str]], authority: str) -> bytes:
    check_request_line(method, target)
    lines = "".join([header_line(name, value) for name, value in headers])
    head = f"{method} {target} HTTP/1.1\r\nhost: {authority}\r\naccept-encoding: identity\r\n{lines}"
    return head.encode("latin-1")


@lru_cache(maxsize=1024)
def _fixed_start(method: str, target: str, headers: FixedHeaders, authority: str) -> bytes:
    return _start(method, target, headers, authority)


def check_request_line(method: str, target: str) -> None:
    """Raise NotSendable unless method and target can stand in a request line."""
    _check_method(method)
    if not _TARGET.fullmatch(target):
        raise NotSendable(
            "the call's path cannot be sent: it must begin with '/' and be percent-encoded", detail=repr(target)
        )


def header_line(name: str, value: str) -> str:
    """Write one header with its line end; raises NotSendable when it could break out of its line."""
    check_header_name(name)
    return f"{name}: {header_value(name, value)}\r\n"


def header_value(name: str, value: str) -> str:
    """The value of a header; raises NotSendable when it could break out of its line."""
    if not (value.isascii() and value.isprintable()):
        _check_value(name, value)
    return value


@lru_cache(maxsize=1024)
def check_header_name(name: str) -> None:
    """Raise NotSendable unless `name` is a header that a caller may set."""
    if not _TOKEN.fullmatch(name):
        raise NotSendable("a header cannot be sent: its name holds characters that HTTP forbids", detail=repr(name))
    if name.lower() in RESERVED_HEADERS:
        raise NotSendable(f"the header '{name}' cannot be set: the HTTP client sets it itself")


def _check_value(name: str, value: str) -> None:
    if _UNSENDABLE.search(value):
        raise NotSendable(f"the header '{name}' cannot be sent: its value holds control characters")
    if any(ord(character) > 0xFF for character in value):
        raise NotSendable(f"the header '{name}' cannot be sent: its value holds characters beyond ISO 8859-1")


@lru_cache(maxsize=64)
def _check_method(method: str) -> None:
    if not _TOKEN.fullmatch(method):
        raise NotSendable(
            "the call's method cannot be sent: it holds characters that HTTP forbids", detail=repr(method)
        )


def _length_line(method: str, body: bytes | None) -> bytes:
    if body is not None:
        return b"content-length: %d\r\n" % len(body)
    # RFC 9110 8.6: where a method expects content, its absence is said.
    return b"content-length: 0\r\n" if method in {"POST", "PUT", "PATCH"} else b""
