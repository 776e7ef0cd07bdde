"""What RFC 9110 and RFC 9112 forbid in the head of a request, though the parser takes it."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple

from federation.cli.refusals import closing, refusal

# These headers say where a request goes, and where it ends.
TELLING: Final = frozenset({b"host", b"content-length", b"transfer-encoding", b"expect"})
# Stands for the value of one of them that came more than once. It is none that any of them may have.
REPEATED: Final = b" "
VERSIONS: Final = frozenset({"1.0", "1.1"})

# RFC 9110, section 7.2: `uri-host [":" port]` as in RFC 3986, so that it can be empty; nobody's name and password.
_HOST: Final = re.compile(
    rb"(?:\[[0-9A-Za-z:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?",
)
_ABSOLUTE: Final = re.compile(rb"https?://(?P<host>[^/?#]+)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?", re.IGNORECASE)


def _invalid(status: HTTPStatus, message: str) -> bytes:
    return closing(refusal(status, "HTTP_INVALID", message))


MALFORMED: Final = _invalid(HTTPStatus.BAD_REQUEST, "the request is not valid HTTP/1.1")
HOST_INVALID: Final = _invalid(HTTPStatus.BAD_REQUEST, "send exactly one valid 'host' header")
TARGET_INVALID: Final = _invalid(HTTPStatus.BAD_REQUEST, "the target of the request is not valid: ask for a path")
FRAMING_UNCLEAR: Final = _invalid(HTTPStatus.BAD_REQUEST, "HTTP/1.0 knows no 'transfer-encoding'")
CODING_UNKNOWN: Final = _invalid(HTTPStatus.NOT_IMPLEMENTED, "'chunked' is the only transfer coding that is read")
VERSION_UNKNOWN: Final = _invalid(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "speak HTTP/1.1")


class Head(NamedTuple):
    """The first line of a request, and the values of its telling headers."""

    method: bytes
    target: bytes
    version: str
    told: Mapping[bytes, bytes]


class Refused(Exception):
    """A head is not to be read on; `answer` says why. Raised inside the parser, it ends the parsing."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer.rpartition(b"\r\n")[2].decode())
        self.answer = answer


def size_of(target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> int:
    """How many bytes a target and headers took, more or less."""
    return len(target) + sum(len(name) + len(value) + 4 for name, value in headers)


def check_head(head: Head) -> tuple[bytes, bytes | None]:
    """The path and query that a request asks for, and the host where its target names one. Raises Refused."""
    if head.version not in VERSIONS:
        raise Refused(VERSION_UNKNOWN)
    host = head.told.get(b"host")
    # RFC 9112, section 3.2: 400 for a request without a host, with more than one, or with none that is valid.
    if (host is None and head.version == "1.1") or (host is not None and not _HOST.fullmatch(host)):
        raise Refused(HOST_INVALID)
    coding = head.told.get(b"transfer-encoding")
    if coding is not None:
        if head.version == "1.0":  # RFC 9112, section 6.1: whoever passed this on did not know what it means
            raise Refused(FRAMING_UNCLEAR)
        if coding.strip().lower() != b"chunked":
            raise Refused(CODING_UNKNOWN)
    return _read_target(head)


def write_head(head: Head, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The same head without its wish for another protocol."""
    lines = (b"%b: %b\r\n" % line for line in headers if line[0] != b"upgrade")
    return b"%b %b HTTP/%b\r\n%b\r\n" % (head.method, head.target, head.version.encode(), b"".join(lines))


def _read_target(head: Head) -> tuple[bytes, bytes | None]:
    if head.method == b"CONNECT" or b"#" in head.target:
        raise Refused(TARGET_INVALID)
    if head.target.startswith(b"/") or (head.target == b"*" and head.method == b"OPTIONS"):
        return head.target, None
    found = _ABSOLUTE.fullmatch(head.target)
    if found is None or not _HOST.fullmatch(found["host"]) or found["host"].startswith(b":"):
        raise Refused(TARGET_INVALID)
    return (found["path"] or b"/") + (found["query"] or b""), found["host"]
