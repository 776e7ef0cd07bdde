"""What HTTP/2 allows a service to do, and the client has to cope with."""

import asyncio
from typing import Any

import pytest
from hpack import Encoder

from connectors.errors import NotConnected, TimedOut
from connectors.grpc.http2.frames import NUMBER, ErrorCode, Flag, Kind, Setting, frame, reset, settings, window_update
from connectors.grpc.http2.messages import with_prefix
from tests.connectors.grpc.http2.conftest import OPENING, Peer, data, goaway, headers, trailers


async def test_an_answer_may_come_byte_by_byte(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def dribble(peer: Peer) -> None:
        await peer.begin()
        stream, message = await peer.call()
        answer = headers(stream, OPENING) + data(stream, with_prefix(message)) + trailers(stream)
        for position in range(len(answer)):
            await peer.send(answer[position : position + 1])
            await asyncio.sleep(0)
        await peer.frame()

    channel = channel_to(await peer(dribble))

    assert await channel.answer_to(request_of(b"hello")) == (b"hello",)


async def test_calls_share_a_connection_and_answers_come_in_any_order(
    peer: Any, channel_to: Any, request_of: Any
) -> None:
    async def turn_round(peer: Peer) -> None:
        await peer.begin()
        calls = [await peer.call() for _ in range(3)]
        for stream, message in reversed(calls):
            await peer.answer(stream, message)
        await peer.frame()

    server = await peer(turn_round)
    channel = channel_to(server)

    found = await asyncio.gather(*(channel.answer_to(request_of(text)) for text in (b"a", b"b", b"c")))

    assert found == [(b"a",), (b"b",), (b"c",)]
    assert server.connections == 1


async def test_what_is_optional_is_understood_or_passed_over(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def ornate(peer: Peer) -> None:
        await peer.begin()
        stream, message = await peer.call()
        block = Encoder().encode(OPENING)
        priority = b"\0\0\0\0\x10"
        await peer.send(
            frame(200, 0, stream, b"unknown"),
            frame(Kind.PRIORITY, 0, stream, priority),
            headers(stream, ((":status", "103"),)),
            frame(Kind.HEADERS, Flag.PADDED | Flag.PRIORITY, stream, b"\x02" + priority + block[:3] + b"\0\0"),
            frame(Kind.CONTINUATION, Flag.END_HEADERS, stream, block[3:]),
            frame(Kind.DATA, Flag.PADDED, stream, b"\x03" + with_prefix(message) + b"\0\0\0"),
            data(stream, b""),
            trailers(stream),
        )
        await peer.frame()

    channel = channel_to(await peer(ornate))

    assert await channel.answer_to(request_of(b"hello")) == (b"hello",)


async def test_pings_and_settings_are_answered(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def ask(peer: Peer) -> None:
        await peer.begin()
        stream, _ = await peer.call()
        await peer.send(frame(Kind.PING, 0, 0, b"12345678"), settings({Setting.MAX_FRAME_SIZE: 20_000}))
        await peer.until(Kind.PING)
        await peer.until(Kind.SETTINGS)
        await peer.answer(stream, b"".join(payload for kind, *_, payload in peer.seen if kind == Kind.PING))
        await peer.frame()

    channel = channel_to(await peer(ask))

    assert await channel.answer_to(request_of()) == (b"12345678",)


async def test_a_large_message_is_sent_as_the_peer_allows(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def strict(peer: Peer) -> None:
        await peer.begin({Setting.INITIAL_WINDOW_SIZE: 100})
        _, _, stream, _ = await peer.until(Kind.HEADERS)
        allowed, received, flags = 100, b"", 0
        while not flags & Flag.END_STREAM:
            _, flags, _, payload = await peer.until(Kind.DATA)
            received += payload
            allowed -= len(payload)
            assert allowed >= 0
            if allowed == 0:
                allowed = 30_000
                await peer.send(window_update(stream, allowed), window_update(0, allowed))
        await peer.answer(stream, str(len(received)).encode())
        await peer.frame()

    channel = channel_to(await peer(strict))

    assert await channel.answer_to(request_of(bytes(200_000))) == (b"200005",)


async def test_a_large_answer_gets_the_room_it_needs(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def long(peer: Peer) -> None:
        await peer.begin()
        stream, _ = await peer.call()
        answer = with_prefix(bytes(900_000))
        await peer.send(headers(stream, OPENING))
        for start in range(0, len(answer), 16_384):
            await peer.send(data(stream, answer[start : start + 16_384]))
        await peer.send(trailers(stream))
        _, _, widened, by = await peer.until(Kind.WINDOW_UPDATE)
        await peer.until(Kind.WINDOW_UPDATE)
        assert widened == 0
        assert NUMBER.unpack(by)[0] > len(answer)

    channel = channel_to(await peer(long))

    assert await channel.answer_to(request_of()) == (bytes(900_000),)


async def test_no_more_calls_are_under_way_than_the_peer_takes(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def one_by_one(peer: Peer) -> None:
        await peer.begin({Setting.MAX_CONCURRENT_STREAMS: 1})
        for _ in range(3):
            stream, message = await peer.call()
            await peer.answer(stream, message)
        await peer.call()

    channel = channel_to(await peer(one_by_one))

    found = await asyncio.gather(*(channel.answer_to(request_of(text)) for text in (b"a", b"b", b"c")))

    assert found == [(b"a",), (b"b",), (b"c",)]


async def test_who_finds_no_room_before_the_deadline_is_told(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def hold(peer: Peer) -> None:
        await peer.begin({Setting.MAX_CONCURRENT_STREAMS: 1})
        stream, message = await peer.call()
        await peer.until(Kind.RST_STREAM) if message == b"never" else await peer.answer(stream, message)
        await peer.frame()

    channel = channel_to(await peer(hold))

    async with asyncio.TaskGroup() as group:
        first = group.create_task(channel.answer_to(request_of(b"never")))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut):
            await channel.answer_to(request_of(b"late", seconds=0.05))
        first.cancel()


async def test_a_late_call_is_given_up_and_the_others_go_on(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def slow_for_one(peer: Peer) -> None:
        await peer.begin()
        (late, _), (stream, message) = sorted([await peer.call(), await peer.call()], key=lambda call: call[1])[::-1]
        _, _, given_up, code = await peer.until(Kind.RST_STREAM)
        assert (given_up, NUMBER.unpack(code)[0]) == (late, ErrorCode.CANCEL)
        await peer.send(headers(late, OPENING), data(late, b"too late"))
        await peer.answer(stream, message)
        await peer.frame()

    channel = channel_to(await peer(slow_for_one))

    found = await asyncio.gather(
        channel.answer_to(request_of(b"z: late", seconds=0.05)),
        channel.answer_to(request_of(b"a")),
        return_exceptions=True,
    )

    assert isinstance(found[0], TimedOut)
    assert found[1] == (b"a",)


async def test_calls_that_a_farewell_leaves_out_go_over_a_new_connection(
    peer: Any, channel_to: Any, request_of: Any
) -> None:
    async def leave_after_the_first(peer: Peer) -> None:
        await peer.begin()
        if peer.number == 1:
            (first, message), (_, _) = await peer.call(), await peer.call()
            await peer.send(goaway(first))
            await peer.answer(first, message)
        else:
            await peer.answer(*await peer.call())
        await peer.frame()

    server = await peer(leave_after_the_first)
    channel = channel_to(server)

    found = await asyncio.gather(channel.answer_to(request_of(b"a")), channel.answer_to(request_of(b"b")))

    assert found == [(b"a",), (b"b",)]
    assert server.connections == 2


async def test_a_refused_call_is_sent_once_more(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def refuse_first(peer: Peer) -> None:
        await peer.begin()
        stream, _ = await peer.call()
        await peer.send(reset(stream, ErrorCode.REFUSED_STREAM))
        await peer.answer(*await peer.call())
        await peer.frame()

    channel = channel_to(await peer(refuse_first))

    assert await channel.answer_to(request_of(b"a")) == (b"a",)


async def test_a_call_that_is_refused_again_was_surely_not_looked_at(
    peer: Any, channel_to: Any, request_of: Any
) -> None:
    async def refuse(peer: Peer) -> None:
        await peer.begin()
        for _ in range(2):
            stream, _ = await peer.call()
            await peer.send(reset(stream, ErrorCode.REFUSED_STREAM))
        await peer.frame()

    channel = channel_to(await peer(refuse))

    with pytest.raises(NotConnected):
        await channel.answer_to(request_of())


async def test_calls_that_come_while_a_connection_is_made_share_it(peer: Any, channel_to: Any, request_of: Any) -> None:
    async def answer_all(peer: Peer) -> None:
        await peer.begin()
        while True:
            await peer.answer(*await peer.call())

    server = await peer(answer_all)
    channel = channel_to(server)

    await asyncio.gather(*(channel.answer_to(request_of()) for _ in range(50)))

    assert server.connections == 1
