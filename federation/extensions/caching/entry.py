"""One kept answer, and how it is written for Redis."""

import zlib
from typing import Final, NamedTuple

import orjson

# Shorter bodies gain nothing: the header of an entry alone is about this long.
COMPRESSED_FROM: Final = 1024
_PLAIN: Final = b"1"
_COMPRESSED: Final = b"2"


class Entry(NamedTuple):
    """JSON text as it came, with its times (Unix, seconds) and what makes it invalid.

    It is fresh until `fresh_until`, and may be renewed from `renew_from` on. Until `swr_until` it may be used while
    a new one is fetched, until `sie_until` where that fails. `cost` is how long fetching took. `version` is how many
    invalidations were known when that began, in the history called `epoch`; any later one of a name in `tags` makes the
    entry invalid.
    """

    body: bytes
    stored_at: float
    renew_from: float
    fresh_until: float
    swr_until: float
    sie_until: float
    cost: float
    epoch: str
    version: int
    tags: tuple[str, ...]

    @property
    def useful_until(self) -> float:
        """When the last use of it ends."""
        return max(self[3:6])


def size_of(entry: Entry) -> int:
    """About how many bytes of memory it takes; tags are shared between entries, mostly."""
    return len(entry.body) + 200 + 16 * len(entry.tags)


def write_entry(entry: Entry) -> bytes:
    """Encode for the shared store; long bodies are compressed."""
    head = orjson.dumps(entry[1:])
    if len(entry.body) < COMPRESSED_FROM:
        return b"%b%b\n%b" % (_PLAIN, head, entry.body)
    return b"%b%b\n%b" % (_COMPRESSED, head, zlib.compress(entry.body, 1))


def read_entry(text: bytes, most_bytes: int) -> Entry | None:
    """Decode; None for what this version did not write, or what is larger than `most_bytes`."""
    head, found, body = text[1:].partition(b"\n")
    kind = text[:1]
    if not found or kind not in (_PLAIN, _COMPRESSED):
        return None
    try:
        *numbers, tags = orjson.loads(head)
        if len(numbers) != len(Entry._fields) - 2:
            return None
        if kind == _COMPRESSED:
            inflate = zlib.decompressobj()
            body = inflate.decompress(body, most_bytes)
            if not inflate.eof:
                return None
        return Entry._make((body, *numbers, tuple(tags)))
    except (orjson.JSONDecodeError, zlib.error, TypeError, ValueError):
        return None
