"""Read the head of an answer as nearly all answers have it: a status, headers, and the length of the body.

A parser that calls back for each part costs several times as much. What is said here in any other way (another
framing, a coding, the end of the connection, anything odd) is left to the parser.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from connectors.http.raw_headers import RawHeaders

HEAD_END = b"\r\n\r\n"
# Longer heads are rare, and remembering them would cost memory.
LONGEST_HEAD = 2 * 1024

_VALUE = rb"[\t -~\x80-\xff]*"
_HEAD = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9]{2})(?: %b)?\r\n((?:[!#$%%&'*+.^_`|~0-9A-Za-z-]+:%b\r\n)*)\r\n" % (_VALUE, _VALUE)
)
_LENGTH = re.compile(rb"(?:^|\n)content-length:[ \t]*([0-9]{1,15})[ \t]*\r\n")
# What decides in another way where the body ends or what it means, and whether the connection may be used again.
_ODD = (b"transfer-encoding:", b"content-encoding:", b"connection:", b"upgrade:", b"trailer:")
_BODILESS = frozenset({204, 304})


class OrdinaryHead(NamedTuple):
    """A head of which only its status, its headers and the `length` of the body (bytes) matter."""

    status: int
    headers: RawHeaders
    length: int


@lru_cache(maxsize=256)  # a service under load sends the same head many times a second
def ordinary_head(head: bytes) -> OrdinaryHead | None:
    """The head, which ends with an empty line; None when it is not of the ordinary kind."""
    found = _HEAD.fullmatch(head)
    if found is None:
        return None
    status, lines = int(found[1]), found[2]
    lowered = lines.lower()
    length = _LENGTH.search(lowered)
    if length is None or lowered.count(b"content-length:") > 1 or status in _BODILESS:
        return None
    if any(name in lowered for name in _ODD):
        return None
    pairs = (line.partition(b":") for line in lines.split(b"\r\n")[:-1])
    return OrdinaryHead(status, RawHeaders([(name, value) for name, _, value in pairs]), int(length[1]))
