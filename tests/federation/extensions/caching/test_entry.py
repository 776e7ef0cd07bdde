"""How entries are written for the shared store."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.extensions.caching.entry import COMPRESSED_FROM, Entry, read_entry, write_entry

MOST = 1 << 20


def entry(body: bytes) -> Entry:
    return Entry(body, 1.5, 2.0, 2.5, 3.5, 4.5, 0.25, "epoch", 7, ("type:User", "tag:ü"))


@given(st.binary(max_size=50) | st.binary(min_size=COMPRESSED_FROM, max_size=COMPRESSED_FROM * 2))
def test_what_is_written_can_be_read(body: bytes) -> None:
    assert read_entry(write_entry(entry(body)), MOST) == entry(body)


def test_long_bodies_are_compressed() -> None:
    assert len(write_entry(entry(b'{"name": "Kaunas"}' * 1_000))) < 1_000


@given(st.binary(max_size=200))
def test_what_is_no_entry_is_none(text: bytes) -> None:
    assert read_entry(text, MOST) is None


@pytest.mark.parametrize("change", [lambda t: t[1:], lambda t: t[:40], lambda t: b"3" + t[1:], lambda t: t[:-9]])
def test_a_damaged_entry_is_none(change: object) -> None:
    written = write_entry(entry(b"x" * 5_000))

    assert read_entry(change(written), MOST) is None  # type: ignore[operator]


def test_a_body_that_unpacks_to_more_than_is_allowed_is_none() -> None:
    written = write_entry(entry(bytes(MOST + 1)))
    assert len(written) < 10_000
    assert zlib.decompress(written.partition(b"\n")[2]) == bytes(MOST + 1)

    assert read_entry(written, MOST) is None
