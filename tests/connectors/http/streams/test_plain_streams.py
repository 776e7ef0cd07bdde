"""Streams with servers that do as they should, and with servers that do not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from connectors.errors import AnswerTooLarge, BadAnswer, CallFailed, NotSendable, TimedOut
from connectors.http.connection import ConnectionBroken
from connectors.http.plain import PlainHttpClient
from connectors.http.response import HttpResponse
from connectors.http.streams.connection import MOST_HELD
from connectors.http.streams.stream import READ_AHEAD, StreamRequest, StreamTerms
from tests.connectors.http.conftest import Peer

Serve = Callable[..., Awaitable[Any]]
Connect = Callable[..., PlainHttpClient]
Soon = Callable[..., float]
GET = StreamRequest("GET", "/x", ())
TERMS = StreamTerms(10 << 20, 5.0)
LONG = "x" * (READ_AHEAD * 16)


def answering(*answers: str) -> Callable[[Peer], Awaitable[None]]:
    async def script(peer: Peer) -> None:
        for answer in answers:
            if await peer.request():
                await peer.send(answer)
        await peer.request()

    return script


async def rest_of(response: HttpResponse) -> bytes:
    assert response.rest is not None
    pieces = []
    while piece := await response.rest.read():
        pieces.append(piece)
    await response.rest.close()
    return b"".join(pieces)


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


async def test_a_short_answer_comes_as_a_whole(serve: Serve, connect: Connect, soon: Soon) -> None:
    server = await serve(answering("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 2\r\n\r\nok"))
    response = await connect(server.address).open(GET, TERMS, soon())

    assert (response.status, response.body, response.rest) == (200, b"ok", None)
    assert [name for name, _ in response.headers.lines] == [b"X-A", b"x-a", b"content-length"]


@pytest.mark.parametrize(
    "answer",
    [
        f"HTTP/1.1 200 OK\r\ncontent-length: {len(LONG)}\r\n\r\n{LONG}",
        f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{len(LONG):x}\r\n{LONG}\r\n0\r\nx-trailer: 1\r\n\r\n",
        f"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: {len(LONG)}\r\n\r\n{LONG}",
    ],
)
async def test_a_long_answer_comes_piece_by_piece_and_leaves_its_connection_to_the_next(
    serve: Serve, connect: Connect, soon: Soon, answer: str
) -> None:
    server = await serve(answering(answer, answer))
    client = connect(server.address)
    for _ in range(2):
        response = await client.open(GET, TERMS, soon())
        assert len(response.body) < len(LONG)
        assert (response.body + await rest_of(response)).decode() == LONG

    assert server.connections == 1


async def test_an_answer_that_says_no_length_ends_with_its_connection(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(f"HTTP/1.1 200 OK\r\n\r\n{LONG}")
        peer.end()

    server = await serve(script)
    response = await connect(server.address).open(GET, TERMS, soon())

    assert (response.body + await rest_of(response)).decode() == LONG


async def test_an_answer_to_head_has_no_body(serve: Serve, connect: Connect, soon: Soon) -> None:
    head = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
    server = await serve(answering(head, head))
    client = connect(server.address)
    for _ in range(2):
        response = await client.open(GET._replace(method="HEAD"), TERMS, soon())
        assert (response.status, response.body, response.rest) == (200, b"", None)

    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("nonsense\r\n\r\n", BadAnswer),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n", BadAnswer),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n", BadAnswer),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc", BadAnswer),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", BadAnswer),
        (f"HTTP/1.1 200 OK\r\nx: {'a' * 70_000}\r\n\r\n", BadAnswer),
        ("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n", AnswerTooLarge),
        ("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", CallFailed),
    ],
)
async def test_an_answer_that_cannot_be_trusted_fails(
    serve: Serve, connect: Connect, soon: Soon, answer: str, failure: type[CallFailed]
) -> None:
    server = await serve(answering(answer))
    with pytest.raises(failure):
        await connect(server.address).open(GET, TERMS._replace(pause=0.5), soon())


async def test_an_answer_that_breaks_off_fails_at_the_piece_that_is_missing(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {len(LONG) + 1}\r\n\r\n{LONG}")

    server = await serve(script)
    response = await connect(server.address).open(GET, TERMS, soon())
    with pytest.raises(ConnectionBroken):
        await rest_of(response)
    await response.rest.close()


async def test_an_answer_that_turns_out_too_large_fails(serve: Serve, connect: Connect, soon: Soon) -> None:
    chunk = f"{len(LONG):x}\r\n{LONG}\r\n"
    server = await serve(answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunk * 4))
    client = connect(server.address)

    async def read_all() -> None:
        await rest_of(await client.open(GET, StreamTerms(len(LONG), 5.0), soon()))

    with pytest.raises(AnswerTooLarge):
        await read_all()


async def test_a_service_may_take_so_long_to_begin_and_to_go_on(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Peer) -> None:
        while head := await peer.request():
            if "/begin" not in head:
                await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {len(LONG) * 2}\r\n\r\n{LONG}")

    server = await serve(script)
    client = connect(server.address)
    terms = TERMS._replace(pause=0.02)
    with pytest.raises(TimedOut):
        await client.open(GET._replace(target="/begin"), terms, soon())
    response = await client.open(GET, terms, soon())
    with pytest.raises(TimedOut):
        await rest_of(response)
    await response.rest.close()


async def test_who_does_not_read_makes_the_service_wait(serve: Serve, connect: Connect, soon: Soon) -> None:
    sent = 0

    async def script(peer: Peer) -> None:
        nonlocal sent
        await peer.request()
        await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {10 << 20}\r\n\r\n")
        for _ in range(160):
            await peer.send("x" * 65_536)
            sent += 65_536

    server = await serve(script)
    response = await connect(server.address).open(GET, TERMS, soon())
    before = -1
    while before != sent:
        before = sent
        await asyncio.sleep(0.02)

    assert sent < 10 << 20
    assert len(response.body) < READ_AHEAD + 8 * MOST_HELD
    assert len(response.body) + len(await rest_of(response)) == 10 << 20


async def test_pieces_are_sent_in_chunks_or_with_their_length(serve: Serve, connect: Connect, soon: Soon) -> None:
    seen = []

    async def script(peer: Peer) -> None:
        seen.append((await peer.reader.readuntil(b"0\r\n\r\n" if peer.number == 1 else b"abcd")).decode())
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        await peer.request()

    server = await serve(script)
    client = connect(server.address)
    post = StreamRequest("POST", "/x", (("accept-encoding", "gzip"),))
    await client.open(post._replace(pieces=pieces(b"ab", b"", b"cd")), TERMS, soon())
    await client.open(post._replace(pieces=pieces(b"ab", b"cd"), length=4), TERMS, soon())

    assert seen[0].endswith(
        "accept-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"
    )
    assert seen[1].endswith("content-length: 4\r\n\r\nabcd")


async def test_a_long_request_never_goes_on_a_connection_that_may_be_closing(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        if peer.number == 2:
            await peer.reader.readexactly(2)
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        await peer.request()

    server = await serve(script)
    client = connect(server.address)
    await client.open(GET, TERMS, soon())
    posted = await client.open(StreamRequest("POST", "/x", (), pieces=pieces(b"ab"), length=2), TERMS, soon())

    assert (posted.status, server.connections) == (200, 2)


async def test_a_refusal_ends_a_long_request_and_its_connection(serve: Serve, connect: Connect, soon: Soon) -> None:
    endless = asyncio.Event()

    async def never_ending() -> AsyncIterator[bytes]:
        yield b"x"
        await endless.wait()

    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno")
        await peer.request()

    server = await serve(script)
    client = connect(server.address)
    response = await client.open(StreamRequest("POST", "/x", (), pieces=never_ending()), TERMS, soon())
    again = await client.open(StreamRequest("POST", "/x", (), pieces=never_ending()), TERMS, soon())

    assert (response.status, response.body, again.status) == (413, b"no", 413)
    assert server.connections == 2


async def test_what_the_giver_of_pieces_raises_ends_the_call(serve: Serve, connect: Connect, soon: Soon) -> None:
    class Gone(Exception):
        pass

    async def breaking() -> AsyncIterator[bytes]:
        yield b"x"
        raise Gone

    async def script(peer: Peer) -> None:
        await peer.reader.read()

    server = await serve(script)
    with pytest.raises(Gone):
        await connect(server.address).open(StreamRequest("POST", "/x", (), pieces=breaking()), TERMS, soon())


async def test_a_kept_connection_that_is_closed_is_replaced_unseen(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        if peer.number == 1:
            await peer.request()  # and closes without an answer

    server = await serve(script)
    client = connect(server.address)
    await client.open(GET, TERMS, soon(), idempotent=True)
    second = await client.open(GET, TERMS, soon(), idempotent=True)

    assert (second.status, server.connections) == (200, 2)


@pytest.mark.parametrize(
    "request_",
    [
        GET._replace(target="/a b"),
        GET._replace(target="/a\r\nx: 1"),
        GET._replace(method="GE T"),
        GET._replace(headers=(("x", "a\r\nb"),)),
        GET._replace(headers=(("accept-encoding", "a\nb"),)),
        GET._replace(headers=(("transfer-encoding", "chunked"),)),
        GET._replace(headers=(("host", "other"),)),
    ],
)
async def test_a_request_that_could_be_two_is_not_sent(
    serve: Serve, connect: Connect, soon: Soon, request_: StreamRequest
) -> None:
    server = await serve(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))
    with pytest.raises(NotSendable):
        await connect(server.address).open(request_, TERMS, soon())

    assert server.connections == 0


async def test_an_answer_can_be_read_while_the_request_is_still_being_sent(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    turns: asyncio.Queue[bytes] = asyncio.Queue()

    async def talking() -> AsyncIterator[bytes]:
        while piece := await turns.get():
            yield piece

    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n")
        for _ in range(2):
            await peer.send((await peer.reader.readexactly(2)).decode())
        await peer.request()

    server = await serve(script)
    asked = StreamRequest("POST", "/x", (), pieces=talking(), length=4)
    response = await connect(server.address).open(asked, TERMS, soon())
    assert response.rest is not None
    heard = []
    for piece in (b"ab", b"cd"):
        turns.put_nowait(piece)
        heard.append(await response.rest.read())
    turns.put_nowait(b"")
    assert await response.rest.read() == b""
    await response.rest.close()

    assert heard == [b"ab", b"cd"]


async def test_a_long_answer_before_the_end_of_a_long_request_holds_neither_up(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    piece, count = b"x" * 65_536, 64

    async def long() -> AsyncIterator[bytes]:
        for _ in range(count):
            yield piece

    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {count * len(piece)}\r\n\r\n")
        for _ in range(count):
            await peer.send((await peer.reader.readexactly(len(piece))).decode())
        await peer.request()

    server = await serve(script)
    asked = StreamRequest("POST", "/x", (), pieces=long(), length=count * len(piece))
    response = await connect(server.address).open(asked, TERMS, soon())

    assert len(response.body) + len(await rest_of(response)) == count * len(piece)


async def test_a_service_that_waits_for_a_slow_client_is_not_late(serve: Serve, connect: Connect, soon: Soon) -> None:
    more = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a"
        await more.wait()
        yield b"b"

    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n")
        for _ in range(2):
            await peer.send((await peer.reader.readexactly(1)).decode())
        await peer.request()

    server = await serve(script)
    terms = TERMS._replace(pause=0.05)
    asked = StreamRequest("POST", "/x", (), pieces=slow(), length=2)
    response = await connect(server.address).open(asked, terms, soon())
    asyncio.get_running_loop().call_later(0.2, more.set)

    assert response.body + await rest_of(response) == b"ab"


async def test_a_request_that_fails_beside_its_answer_ends_the_answer(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    begun = asyncio.Event()

    async def breaking() -> AsyncIterator[bytes]:
        yield b"a"
        await begun.wait()
        raise ValueError

    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\na")
        await peer.reader.read()

    server = await serve(script)
    asked = StreamRequest("POST", "/x", (), pieces=breaking(), length=9)
    response = await connect(server.address).open(asked, TERMS, soon())
    begun.set()
    with pytest.raises(NotSendable):
        await rest_of(response)
    assert response.rest is not None
    await response.rest.close()
