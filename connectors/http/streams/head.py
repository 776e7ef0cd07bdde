"""Write the head of a request that passes a client's own on: it alone may say which codings it takes."""

from connectors.http.request import check_request_line, header_line, header_value
from connectors.http.streams.stream import StreamRequest

ACCEPT_ENCODING = "accept-encoding"


def encode_stream_head(request: StreamRequest, target: str, authority: str) -> bytes:
    """The request line and all headers with how the body is framed. Raises NotSendable."""
    check_request_line(request.method, target)
    codings = [value for name, value in request.headers if name.lower() == ACCEPT_ENCODING]
    for value in codings:
        header_value(ACCEPT_ENCODING, value)
    others = "".join([header_line(name, value) for name, value in request.headers if name.lower() != ACCEPT_ENCODING])
    head = (
        f"{request.method} {target} HTTP/1.1\r\nhost: {authority}\r\n"
        f"{ACCEPT_ENCODING}: {', '.join(codings) or 'identity'}\r\n{others}{_framing(request)}\r\n"
    )
    return head.encode("latin-1")


def _framing(request: StreamRequest) -> str:
    if request.pieces is not None:
        length = request.length
        return "transfer-encoding: chunked\r\n" if length is None else f"content-length: {length}\r\n"
    if request.body is not None:
        return f"content-length: {len(request.body)}\r\n"
    # RFC 9110 8.6: where a method expects content, its absence is said.
    return "content-length: 0\r\n" if request.method in {"POST", "PUT", "PATCH"} else ""
