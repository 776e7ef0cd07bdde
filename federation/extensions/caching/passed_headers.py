"""Which headers of the client's reach the service by a binding, and so may change its answer."""

from collections.abc import Iterator

from schemas.connect import Connect, GrpcCall, Header


def passed_headers(connect: Connect) -> frozenset[str] | None:
    """Their names, lower-cased; None where the binding may read any (`$request`)."""
    if any("$request" in text for text in _texts(connect)):
        return None
    return frozenset(each.from_header.lower() for each in _headers(connect) if each.from_header)


def _headers(connect: Connect) -> tuple[Header, ...]:
    return (*connect.source.headers, *(() if isinstance(connect.call, GrpcCall) else connect.call.headers))


def _texts(connect: Connect) -> Iterator[str]:
    yield connect.selection
    yield connect.call.body or ""
    yield "" if isinstance(connect.call, GrpcCall) else connect.call.path
    yield from (header.value or "" for header in _headers(connect))
