"""Write the headers of calls and read those of answers, as HPACK has them (RFC 7541).

No block depends on those before it: ours never fill the peer's table, and the peer is told that ours has no place. So
that the few blocks which a service sends again and again are decoded once.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from hpack import Decoder
from hpack.exceptions import HPACKError

from connectors.grpc.http2.frames import ProtocolViolated

Headers: TypeAlias = Mapping[bytes, bytes]

MOST_BLOCK_BYTES = 64 * 1024
MOST_REMEMBERED_BYTES = 1024
BINARY = "-bin"
# Indices of the static table (RFC 7541, appendix A), as whole fields and as names.
POST, SCHEME_HTTP = b"\x83", b"\x86"
AUTHORITY, PATH, CONTENT_TYPE, USER_AGENT = b"\x01", b"\x04", b"\x0f\x10", b"\x0f\x2b"
NEW_NAME, NEW_NAME_SECRET = b"\x00", b"\x10"
PREFIX_LIMIT = 127
MILLISECONDS, MOST_OF_A_UNIT = 1_000, 99_999_999


@lru_cache(maxsize=1024)
def call_headers(path: str, authority: str, metadata: tuple[tuple[str, str | bytes], ...]) -> bytes:
    """The headers of a call of a method, all but its timeout, which comes last."""
    own = (_own(name, value) for name, value in metadata)
    return b"".join(
        (
            POST,
            SCHEME_HTTP,
            PATH + _text(path.encode()),
            AUTHORITY + _text(authority.encode()),
            NEW_NAME + _text(b"te") + _text(b"trailers"),
            CONTENT_TYPE + _text(b"application/grpc"),
            USER_AGENT + _text(b"interlace"),
            *own,
        )
    )


def timeout_header(seconds: float) -> bytes:
    """Until when the service need not answer; at least a millisecond, since zero is not allowed."""
    milliseconds = int(seconds * MILLISECONDS) or 1
    fits = milliseconds <= MOST_OF_A_UNIT
    value = b"%dm" % milliseconds if fits else b"%dS" % min(int(seconds), MOST_OF_A_UNIT)
    return b"%b%c%b" % (TIMEOUT, len(value), value)


def read_block(block: bytes) -> Headers:
    """The headers of a block, by name; of several of one name the last. Raises ProtocolViolated."""
    return _read_again(block) if len(block) <= MOST_REMEMBERED_BYTES else _read(block)


def _read(block: bytes) -> Headers:
    decoder = Decoder(max_header_list_size=MOST_BLOCK_BYTES)
    decoder.header_table_size = decoder.max_allowed_table_size = 0
    try:
        return MappingProxyType({field[0]: field[1] for field in decoder.decode(block, raw=True)})
    except HPACKError as error:
        raise ProtocolViolated(f"headers that cannot be read: {error}") from error


_read_again = lru_cache(maxsize=256)(_read)


def _own(name: str, value: str | bytes) -> bytes:
    """A field of the caller: proxies are told not to keep it in tables, where others could guess it."""
    if name.endswith(BINARY):
        raw = value if isinstance(value, bytes) else value.encode()
        value = b64encode(raw).rstrip(b"=")
    return NEW_NAME_SECRET + _text(name.encode()) + _text(value if isinstance(value, bytes) else value.encode())


def _text(value: bytes) -> bytes:
    """A string as it is, behind its length (RFC 7541, sections 5.1 and 5.2)."""
    size = len(value)
    if size < PREFIX_LIMIT:
        return bytes((size,)) + value
    length = bytearray((PREFIX_LIMIT,))
    size -= PREFIX_LIMIT
    while size > PREFIX_LIMIT:
        length.append(size & PREFIX_LIMIT | 0x80)
        size >>= 7
    length.append(size)
    return bytes(length) + value


TIMEOUT = NEW_NAME + _text(b"grpc-timeout")
