"""A service that breaks the protocol costs the calls on that connection, and nothing else: no hang, no wrong answer."""

import struct
from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import AnswerTooLarge, BadAnswer, BadStatus, CallFailed, NotConnected, TimedOut, Unreachable
from connectors.grpc.http2.frames import NUMBER, ErrorCode, Flag, Kind, Setting, frame, reset, settings
from connectors.grpc.http2.messages import with_prefix
from tests.connectors.grpc.http2.conftest import OPENING, Peer, data, headers, trailers

Answer = Callable[[int], bytes]


async def outcome(peer: Any, channel_to: Any, request: Any, answer: Answer, most_bytes: int = 1_000_000) -> CallFailed:
    """How a call fails that gets this answer; the peer then waits for the client to close or to give up the call."""

    async def script(peer: Peer) -> None:
        await peer.begin()
        stream, _ = await peer.call()
        await peer.send(answer(stream))
        await peer.until(Kind.RST_STREAM)

    with pytest.raises(CallFailed) as caught:
        await channel_to(await peer(script), most_bytes).answer_to(request)
    return caught.value


BREAKS: dict[str, Answer] = {
    "a frame that is too large": lambda stream: data(stream, bytes(16_385)),
    "headers for a stream that was never used": lambda stream: headers(stream + 2, OPENING),
    "data for a stream of its own": lambda _stream: data(2, b"x"),
    "data for no stream": lambda _stream: data(0, b"x"),
    "a push": lambda stream: frame(Kind.PUSH_PROMISE, Flag.END_HEADERS, stream, NUMBER.pack(2)),
    "headers that go on without a beginning": lambda stream: frame(Kind.CONTINUATION, 4, stream, b""),
    "data in the middle of headers": lambda stream: frame(Kind.HEADERS, 0, stream, b"\x88") + data(stream, b""),
    "headers without end": lambda stream: (
        frame(Kind.HEADERS, 0, stream, b"\x88") + frame(Kind.CONTINUATION, 0, stream, bytes(16_384)) * 5
    ),
    "empty parts of headers without end": lambda stream: (
        frame(Kind.HEADERS, 0, stream, b"\x88") + frame(Kind.CONTINUATION, 0, stream, b"") * 3
    ),
    "headers that are none": lambda stream: frame(Kind.HEADERS, Flag.END_HEADERS, stream, b"\xff\xff\xff"),
    "headers that point into a table which has no place": lambda stream: frame(Kind.HEADERS, 4, stream, b"\xbe"),
    "more padding than bytes": lambda stream: frame(Kind.DATA, Flag.PADDED, stream, b"\x09abc"),
    "a ping of the wrong size": lambda _stream: frame(Kind.PING, 0, 0, b"123"),
    "settings that end half-way": lambda _stream: frame(Kind.SETTINGS, 0, 0, b"123"),
    "settings of a stream": lambda stream: frame(Kind.SETTINGS, 0, stream, b""),
    "a window of settings that is too large": lambda _stream: settings({Setting.INITIAL_WINDOW_SIZE: 2**31}),
    "frames of a size that is not allowed": lambda _stream: settings({Setting.MAX_FRAME_SIZE: 5}),
    "a window that is too large": lambda _stream: frame(Kind.WINDOW_UPDATE, 0, 0, NUMBER.pack(2**31 - 1)),
    "a reset of the wrong size": lambda stream: frame(Kind.RST_STREAM, 0, stream, b"1"),
    "a farewell that ends half-way": lambda _stream: frame(Kind.GOAWAY, 0, 0, b"1"),
}


@pytest.mark.parametrize("answer", BREAKS.values(), ids=BREAKS.keys())
async def test_what_http2_forbids_ends_the_connection(
    peer: Any, channel_to: Any, request_of: Any, answer: Answer
) -> None:
    failure = await outcome(peer, channel_to, request_of(), answer)

    assert type(failure) is Unreachable
    assert "it does not speak HTTP/2 as agreed" in failure.detail


WRONG_ANSWERS: dict[str, tuple[Answer, type[CallFailed]]] = {
    "data before headers": (lambda stream: data(stream, with_prefix(b"x")), BadAnswer),
    "a compressed message": (lambda stream: headers(stream, OPENING) + data(stream, b"\1\0\0\0\0"), BadAnswer),
    "success in the middle of a message": (
        lambda stream: headers(stream, OPENING) + data(stream, b"\0\0\0\0\x09abc") + trailers(stream),
        BadAnswer,
    ),
    "two messages": (
        lambda stream: headers(stream, OPENING) + data(stream, with_prefix(b"x") * 2) + trailers(stream),
        BadAnswer,
    ),
    "success without a message": (
        lambda stream: headers(stream, (*OPENING, ("grpc-status", "0")), ends=True),
        BadAnswer,
    ),
    "headers between messages": (
        lambda stream: headers(stream, OPENING) + headers(stream, OPENING),
        BadAnswer,
    ),
    "no status": (
        lambda stream: headers(stream, OPENING) + data(stream, with_prefix(b"x"), ends=True),
        BadStatus,
    ),
    "no status, and nothing else": (lambda stream: headers(stream, OPENING, ends=True), BadStatus),
    "a status that there is not": (lambda stream: headers(stream, OPENING) + trailers(stream, "99"), BadStatus),
    "a page of another kind": (
        lambda stream: headers(stream, ((":status", "200"), ("content-type", "text/html"))),
        BadStatus,
    ),
    "the address of something else": (lambda stream: headers(stream, ((":status", "404"),), ends=True), BadStatus),
    "a proxy whose service is away": (lambda stream: headers(stream, ((":status", "503"),), ends=True), Unreachable),
    "a stream that is given up": (lambda stream: reset(stream, ErrorCode.CANCEL), BadStatus),
    "an announced size beyond the limit": (
        lambda stream: headers(stream, OPENING) + data(stream, struct.pack(">BI", 0, 2_000_000_000)),
        AnswerTooLarge,
    ),
}


@pytest.mark.parametrize(("answer", "kind"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS.keys())
async def test_a_wrong_answer_costs_its_call_only(
    peer: Any, channel_to: Any, request_of: Any, answer: Answer, kind: type[CallFailed]
) -> None:
    async def once(peer: Peer) -> None:
        await peer.begin()
        stream, _ = await peer.call()
        await peer.send(answer(stream))
        await peer.answer(*await peer.call())
        await peer.frame()

    server = await peer(once)
    channel = channel_to(server)

    with pytest.raises(CallFailed) as caught:
        await channel.answer_to(request_of())

    assert type(caught.value) is kind
    assert await channel.answer_to(request_of(b"again")) == (b"again",)
    assert server.connections == 1


async def test_the_text_of_a_status_is_decoded_for_the_log(peer: Any, channel_to: Any, request_of: Any) -> None:
    failure = await outcome(
        peer, channel_to, request_of(), lambda stream: headers(stream, OPENING) + trailers(stream, "9", "caf%C3%A9 %zz")
    )

    assert failure.detail.endswith("FAILED_PRECONDITION café %zz")


async def test_a_message_of_the_limit_is_taken_and_one_byte_more_is_not(
    peer: Any, channel_to: Any, request_of: Any
) -> None:
    async def answer_as_asked(peer: Peer) -> None:
        await peer.begin()
        while True:
            stream, message = await peer.call()
            await peer.answer(stream, bytes(int(message)))

    channel = channel_to(await peer(answer_as_asked), 1_000)

    assert await channel.answer_to(request_of(b"1000")) == (bytes(1_000),)
    with pytest.raises(AnswerTooLarge):
        await channel.answer_to(request_of(b"1001"))


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\4\1\0\0\0\0", b"SSH-2.0-x\r\n"])
async def test_who_does_not_speak_http2_has_not_seen_the_call(
    peer: Any, channel_to: Any, request_of: Any, words: bytes
) -> None:
    async def other(peer: Peer) -> None:
        await peer.send(words)
        await peer.reader.read()

    with pytest.raises(NotConnected):
        await channel_to(await peer(other)).answer_to(request_of())


async def test_silence_lasts_no_longer_than_the_deadline(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def silent(peer: Peer) -> None:
        await peer.reader.read()

    with pytest.raises(TimedOut):
        await channel_to(await peer(silent)).answer_to(request_of(seconds=0.05))


@pytest.mark.parametrize("partly", [b"", b"\0\0"])
async def test_a_connection_that_breaks_fails_its_calls(
    peer: Any, channel_to: Any, request_of: Any, partly: bytes
) -> None:
    async def break_off(peer: Peer) -> None:
        await peer.begin()
        stream, _ = await peer.call()
        await peer.send(headers(stream, OPENING), partly)

    with pytest.raises(Unreachable) as caught:
        await channel_to(await peer(break_off)).answer_to(request_of())

    assert type(caught.value) is Unreachable


@pytest.mark.parametrize(("said", "seconds"), [("250", 0.25), ("-1", -0.001), ("soon", -1.0)])
async def test_how_long_a_service_wants_to_be_left_alone_is_told(
    peer: Any, channel_to: Any, request_of: Any, said: str, seconds: float
) -> None:
    fields = (("grpc-status", "14"), ("grpc-retry-pushback-ms", said))

    failure = await outcome(
        peer, channel_to, request_of(), lambda stream: headers(stream, (*OPENING, *fields), ends=True)
    )

    assert failure.pushback == seconds
