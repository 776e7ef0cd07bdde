"""The HTTP/1.1 client with servers that break the rules, crash, stall or lie."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.errors import AnswerTooLarge, BadAnswer, NotConnected, TimedOut, Unreachable
from connectors.http.plain import PlainHttpClient

Serve = Callable[..., Awaitable[Any]]
Connect = Callable[..., PlainHttpClient]
Soon = Callable[..., float]
OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def sending(text: str) -> Callable[[Any], Awaitable[None]]:
    """For every request of a connection the same text, and then silence."""

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(text)
        await peer.request()

    return script


@pytest.mark.parametrize(
    "text",
    [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nname : 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: 1\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: \x00\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nabc",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n" + OK,
    ],
)
async def test_what_is_not_http_is_a_bad_answer(serve: Serve, connect: Connect, soon: Soon, text: str) -> None:
    server = await serve(sending(text))
    client = connect(server.address)
    for _ in range(2):
        with pytest.raises(BadAnswer) as caught:
            await client.request("GET", "/", [], None, soon(), idempotent=True)
        assert "127.0.0.1" not in str(caught.value)
    assert server.connections == 2  # such a connection is not used again, and the call not made again


@pytest.mark.parametrize(
    "endless",
    [
        ("HTTP/1.1 200 OK\r\na: ", "b" * 1000),
        ("HTTP/1.1 200 OK\r\n", "a: b\r\n" * 100),
        ("HTTP/1.1 200 ", "OK" * 500),
        ("", "HTTP/1.1 100 Continue\r\n\r\n" * 50),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "t: u\r\n" * 100),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", "x=y;" * 200),
    ],
    ids=["header", "headers", "reason", "interim answers", "trailers", "chunk extension"],
)
async def test_heads_without_end_are_cut_off(
    serve: Serve, connect: Connect, soon: Soon, endless: tuple[str, str]
) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(endless[0])
        while not peer.writer.is_closing():
            await peer.send(endless[1])
            await asyncio.sleep(0)

    server = await serve(script)
    with pytest.raises(BadAnswer, match="too large"):
        await connect(server.address, max_head_bytes=20_000).request("GET", "/", [], None, soon())


@pytest.mark.parametrize("announced", [True, False])
async def test_a_head_above_the_limit_is_refused_even_when_it_is_complete(
    serve: Serve, connect: Connect, soon: Soon, announced: bool
) -> None:
    length = "content-length: 2\r\n" if announced else "transfer-encoding: chunked\r\n"
    server = await serve(sending(f"HTTP/1.1 200 OK\r\n{length}a: {'b' * 70_000}\r\n\r\n"))
    with pytest.raises(BadAnswer, match="too large"):
        await connect(server.address).request("GET", "/", [], None, soon())


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n" + "a" * 1001,
        "HTTP/1.1 200 OK\r\n\r\n" + "a" * 1001,
    ],
    ids=["announced", "in chunks", "until closed"],
)
async def test_a_body_above_the_limit_is_not_read_to_its_end(
    serve: Serve, connect: Connect, soon: Soon, head: str
) -> None:
    server = await serve(sending(head))
    client = connect(server.address, max_answer_bytes=1000)
    with pytest.raises(AnswerTooLarge, match="1000 bytes"):
        await client.request("GET", "/", [], None, soon())


@pytest.mark.parametrize(
    "beginning",
    [
        "",
        "HTTP/1.1 2",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
@pytest.mark.parametrize("way", ["close", "end", "reset"])
async def test_answers_that_break_off_are_errors_and_never_shorter_answers(
    serve: Serve, connect: Connect, soon: Soon, beginning: str, way: str
) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(beginning)
        if way == "end":
            peer.end()
            await peer.request()
        elif way == "reset":
            peer.reset()

    server = await serve(script)
    with pytest.raises(Unreachable) as caught:
        await connect(server.address).request("GET", "/", [], None, soon(), idempotent=True)
    assert not isinstance(caught.value, NotConnected)  # it may have been seen
    assert "127.0.0.1" not in str(caught.value)
    assert server.connections == 1


async def test_an_answer_that_ends_with_the_connection_is_not_trusted_after_a_reset(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send("HTTP/1.1 200 OK\r\n\r\nhalf of")
        peer.reset()

    server = await serve(script)
    with pytest.raises(Unreachable):
        await connect(server.address).request("GET", "/", [], None, soon())


async def test_a_server_that_sends_no_more_but_reads_on_still_gives_its_answer(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send("HTTP/1.1 200 OK\r\n\r\nall")
        peer.end()
        await peer.request()

    server = await serve(script)
    assert (await connect(server.address).request("GET", "/", [], None, soon())).body == b"all"


async def test_a_black_hole_ends_with_the_deadline(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.request()

    server = await serve(script)
    deadline = soon(0.05)
    with pytest.raises(TimedOut) as caught:
        await connect(server.address).request("GET", "/", [], None, deadline)
    assert asyncio.get_running_loop().time() < deadline + 0.5
    assert "127.0.0.1" not in str(caught.value)


async def test_a_server_that_never_reads_does_not_hold_a_large_request(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        await asyncio.Event().wait()

    server = await serve(script)
    with pytest.raises(TimedOut):
        await connect(server.address).request("POST", "/", [], b"a" * 20_000_000, soon(0.1))


async def test_dribbling_does_not_move_the_deadline(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while not peer.writer.is_closing():
            await peer.send("a")
            await asyncio.sleep(0.005)

    server = await serve(script)
    deadline = soon(0.06)
    with pytest.raises(TimedOut):
        await connect(server.address).request("GET", "/", [], None, deadline)
    assert asyncio.get_running_loop().time() < deadline + 0.5


async def test_byte_by_byte_is_slow_but_right(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        for byte in "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n":
            await peer.send(byte)
            await asyncio.sleep(0)
        await peer.request()

    server = await serve(script)
    response = await connect(server.address).request("GET", "/", [], None, soon())
    assert (response.headers["content-type"], response.body) == ("a/b", b"ab")


@pytest.mark.parametrize("extra", [OK, "HTTP/1.1 408 Request Timeout\r\n\r\n", "garbage", "x"])
@pytest.mark.parametrize("together", [True, False], ids=["together", "later"])
async def test_what_comes_behind_an_answer_is_given_to_nobody(
    serve: Serve, connect: Connect, soon: Soon, extra: str, together: bool
) -> None:
    closed = asyncio.Event()

    async def script(peer: Any) -> None:
        await peer.request()
        answer = f"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{peer.number}"
        if together:
            await peer.send(answer + extra)
        else:
            await peer.send(answer)
            await asyncio.sleep(0.01)
            await peer.send(extra)
        await peer.request()
        closed.set()

    server = await serve(script)
    client = connect(server.address)
    assert (await client.request("GET", "/", [], None, soon())).body == b"1"
    async with asyncio.timeout(5):
        await closed.wait()
    assert (await client.request("GET", "/", [], None, soon())).body == b"2"


async def test_bytes_behind_the_announced_length_are_no_part_of_the_answer(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    server = await serve(sending("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabcdef"))
    client = connect(server.address)
    for _ in range(2):
        assert (await client.request("GET", "/", [], None, soon())).body == b"ab"
    assert server.connections == 2


async def test_a_body_in_answer_to_head_costs_the_connection(serve: Serve, connect: Connect, soon: Soon) -> None:
    server = await serve(sending("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab"))
    client = connect(server.address)
    for _ in range(2):
        assert (await client.request("HEAD", "/", [], None, soon())).body == b""
    assert server.connections == 2


async def test_an_answer_before_the_whole_request_was_read_costs_the_connection(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    async def script(peer: Any) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        await asyncio.Event().wait()

    server = await serve(script)
    client = connect(server.address)
    for _ in range(2):
        assert (await client.request("POST", "/", [], b"a" * 20_000_000, soon())).status == 413
    assert server.connections == 2


async def test_a_cancelled_call_closes_its_connection(serve: Serve, connect: Connect, soon: Soon) -> None:
    asked, closed = asyncio.Event(), asyncio.Event()

    async def script(peer: Any) -> None:
        await peer.request()
        if peer.number > 1:
            await peer.send(OK)
            return
        asked.set()
        await peer.request()
        closed.set()

    server = await serve(script)
    client = connect(server.address, max_connections=1)
    async with asyncio.TaskGroup() as group:
        call = group.create_task(client.request("GET", "/", [], None, soon()))
        await asked.wait()
        call.cancel()
    async with asyncio.timeout(5):
        await closed.wait()
    assert (await client.request("GET", "/", [], None, soon())).body == b"ok"


async def test_closing_the_client_fails_the_calls_on_their_way(serve: Serve, connect: Connect, soon: Soon) -> None:
    asked = asyncio.Event()

    async def script(peer: Any) -> None:
        await peer.request()
        asked.set()
        await peer.request()

    server = await serve(script)
    client = connect(server.address, max_connections=1)
    async with asyncio.TaskGroup() as group:
        on_its_way = group.create_task(_outcome(client.request("GET", "/", [], None, soon(), idempotent=True)))
        await asked.wait()
        waiting = group.create_task(_outcome(client.request("GET", "/", [], None, soon())))
        await asyncio.sleep(0)
        await client.close()
    assert isinstance(on_its_way.result(), Unreachable)
    assert isinstance(waiting.result(), NotConnected)


async def _outcome(call: Any) -> Any:
    try:
        return await call
    except Unreachable as failure:
        return failure
