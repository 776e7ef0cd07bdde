"""Read the path of a request such that the gateway and whoever stands behind it cannot understand it differently.

What decides which route a request gets, and who may take it, is what is sent on: segments are decoded once, matched,
and encoded anew. Paths that some servers resolve and others do not are refused.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from federation.errors import RequestError

# RFC 3986, section 3.3: what may stand in a segment as it is.
PLAIN = "!$&'()*+,=:@~"
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ANY_SLASH = re.compile(r"[/\\]")
DOTS = frozenset({".", ".."})


class PathInvalid(RequestError):
    """The path can be understood in more than one way."""

    code = "PATH_INVALID"
    status = 400


@dataclass(frozen=True, slots=True)
class RequestPath:
    """The decoded segments; an empty one at the end stands for a slash there.

    A path `is_loose` when a segment holds an encoded slash, or parameters of its own (`;`): servers differ in what
    these mean, so that only routes which say so get them.
    """

    segments: tuple[str, ...]
    is_loose: bool = False


def read_path(raw: str) -> RequestPath:
    """Read a path as it stands in the request line, without the query. Raises PathInvalid."""
    if not raw.startswith("/") or not raw.isascii():
        raise PathInvalid("the path must begin with '/' and be percent-encoded ASCII")
    if BROKEN_ESCAPE.search(raw):
        raise PathInvalid("a '%' in the path is not followed by two hexadecimal digits")
    if raw == "/":
        return RequestPath(())
    segments = tuple(_decode(segment) for segment in raw[1:].split("/"))
    if not all(segments[:-1]):
        raise PathInvalid("the path has an empty segment: some servers leave it out, others do not")
    return RequestPath(segments, any("/" in segment or ";" in segment for segment in segments))


def write_path(segments: tuple[str, ...]) -> str:
    """The path of these segments: a slash inside one of them is encoded."""
    return "/" + "/".join(quote(segment, safe=PLAIN + ";") for segment in segments)


def _decode(segment: str) -> str:
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PathInvalid("the path is not UTF-8 when it is decoded") from error
    if CONTROL.search(text) or "\\" in text:
        raise PathInvalid("the path holds a control character or a backslash")
    # Also those that appear only for a server which takes an encoded slash for a slash, or cuts off what follows a ';'.
    if any(part.partition(";")[0] in DOTS for part in ANY_SLASH.split(text)):
        raise PathInvalid("the path has a segment '.' or '..': write where it leads")
    return text
