"""Properties of reading answers: how the bytes are cut changes nothing, and no bytes break the reader."""

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import AnswerTooLarge, BadAnswer
from connectors.http.answer import AnswerReader
from connectors.http.limits import HttpLimits

LIMITS = HttpLimits(max_answer_bytes=1_000, max_head_bytes=500)
PIECES = [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"content-length: 5\r\n", b"\r\n", b"hello", b"\n"]
PIECES += [
    b"transfer-encoding: chunked\r\n",
    b"5\r\n",
    b"0\r\n\r\n",
    b"connection: close\r\n",
    b":",
    b"\x00",
    b"a: b\r\n",
]

bodies = st.binary(max_size=300)


def framed(body: bytes, chunk: int) -> bytes:
    """An answer with that body: by its length, or (with a chunk size) in chunks."""
    head = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: a/b\r\n"
    if not chunk:
        return head + b"content-length: %d\r\n\r\n" % len(body) + body
    chunks = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    return (
        head
        + b"transfer-encoding: chunked\r\n\r\n"
        + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in chunks)
        + b"0\r\n\r\n"
    )


@settings(max_examples=60, deadline=None)
@given(bodies, st.integers(0, 50), st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_an_answer_is_the_same_however_its_bytes_are_cut(body: bytes, chunk: int, cuts: list[int]) -> None:
    reader = AnswerReader(LIMITS)
    text = framed(body, chunk)
    for _ in range(2):
        reader.begin(is_head=False)
        start, turn = 0, 0
        while start < len(text):
            assert not reader.complete
            size = cuts[turn % len(cuts)]
            reader.feed(text[start : start + size])
            start, turn = start + size, turn + 1
        assert reader.complete
        assert reader.reusable
        answer = reader.take()
        assert (answer.status, answer.body, answer.headers["content-type"]) == (200, body, "a/b")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=50)), max_size=20), st.booleans())
def test_no_bytes_break_the_reader(pieces: list[bytes], is_head: bool) -> None:
    reader = AnswerReader(LIMITS)
    reader.begin(is_head=is_head)
    for piece in pieces:
        if reader.complete or reader.failure:
            break
        reader.feed(piece)
    assert not (reader.complete and reader.failure)
    assert not reader.failure or isinstance(reader.failure, BadAnswer | AnswerTooLarge)
    if reader.complete:
        assert len(reader.take().body) <= LIMITS.max_answer_bytes


@settings(max_examples=60, deadline=None)
@given(bodies, st.integers(0, 50), st.data())
def test_an_answer_that_breaks_off_is_never_complete(body: bytes, chunk: int, data: st.DataObject) -> None:
    text = framed(body, chunk)
    reader = AnswerReader(LIMITS)
    reader.begin(is_head=False)
    reader.feed(text[: data.draw(st.integers(0, len(text) - 1))])
    reader.end_of_stream()
    assert not reader.complete


HEAD_LINES = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 404 ",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.0 200 OK",
    b"content-length: 5",
    b"Content-Length:5 ",
    b"content-length : 5",
    b"content-length: +5",
    b"x-content-length: 7",
    b"transfer-encoding: chunked",
    b"content-encoding: gzip",
    b"connection: close",
    b"Connection: keep-alive",
    b"x: y",
    b"x:\xe4\ty ",
    b"x y: z",
    b" folded",
    b"a: b\nc: d",
    b"a: \x00",
]
Seen = tuple[bool, bool, str, object]


def read(pieces: list[bytes]) -> Seen:
    """What a reader makes of the pieces; nothing is fed to it after the end."""
    reader = AnswerReader(LIMITS)
    reader.begin(is_head=False)
    for piece in pieces:
        if not (reader.complete or reader.failure):
            reader.feed(piece)
    failure = type(reader.failure).__name__
    answer = reader.take() if reader.complete else None
    shown = (answer.status, dict(answer.headers), answer.body) if answer else None
    return reader.complete, reader.reusable, failure, shown


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(HEAD_LINES[:4]),
    st.lists(st.sampled_from(HEAD_LINES[4:]), max_size=4),
    st.sampled_from([b"hello", b"", b"hel", b"hello, world", b"5\r\nhello\r\n0\r\n\r\n"]),
)
def test_a_head_in_one_piece_says_the_same_as_in_two(first: bytes, lines: list[bytes], body: bytes) -> None:
    text = b"\r\n".join([first, *lines, b"", body])

    assert read([text]) == read([text[:1], text[1:]])
