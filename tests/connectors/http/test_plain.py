"""The HTTP/1.1 client with servers that do as they should."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.errors import NotConnected, NotSendable, PoolExhausted, TimedOut
from connectors.http.plain import PlainHttpClient

Serve = Callable[..., Awaitable[Any]]
Connect = Callable[..., PlainHttpClient]
Soon = Callable[..., float]
OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


async def answer_all(peer: Any) -> None:
    while await peer.request():
        await peer.send(OK)


def answering(*answers: str, then_close: bool = False) -> Callable[[Any], Awaitable[None]]:
    async def script(peer: Any) -> None:
        for answer in answers:
            await peer.request()
            await peer.send(answer)
        if not then_close:
            await peer.request()

    return script


async def test_a_request_and_its_answer_arrive_as_written(serve: Serve, connect: Connect, soon: Soon) -> None:
    seen = []

    async def script(peer: Any) -> None:
        seen.append(await peer.request())
        await peer.send("HTTP/1.1 201 Created\r\nX-One: a\r\nx-one: b\r\nEmpty:\r\nContent-Length: 2\r\n\r\nhi")

    server = await serve(script)
    headers = [("content-type", "application/json"), ("x-tab", "a\tb"), ("x-latin", "Zoë")]
    response = await connect(server.address).request("POST", "/users?a=%20", headers, b"{}", soon())
    expected = (
        f"POST /users?a=%20 HTTP/1.1\r\nhost: {server.address.authority}\r\naccept-encoding: identity\r\n"
        "content-type: application/json\r\nx-tab: a\tb\r\nx-latin: Zoë\r\ncontent-length: 2\r\n\r\n{}"
    )
    assert seen == [expected]
    assert (response.status, response.body) == (201, b"hi")
    assert response.headers == {"x-one": "a, b", "empty": "", "content-length": "2"}


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [("GET", None, None), ("POST", None, "0"), ("PUT", b"", "0"), ("DELETE", b"abc", "3")],
)
async def test_a_length_is_sent_where_content_is_or_is_expected(
    serve: Serve, connect: Connect, soon: Soon, method: str, body: Any, expected: str | None
) -> None:
    seen = []

    async def script(peer: Any) -> None:
        seen.append(await peer.request())
        await peer.send(OK)

    server = await serve(script)
    await connect(server.address).request(method, "/", [], body, soon())
    lengths = [line.split(": ")[1] for line in seen[0].split("\r\n") if line.startswith("content-length")]
    assert lengths == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx: y\r\n\r\n", b"abcde"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b""),
        ("HTTP/1.1 204 No Content\r\n\r\n", b""),
        ("HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\ncontent-encoding: gzip\r\n\r\n", b""),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + OK, b"ok"),
    ],
    ids=["chunks with trailers", "no content", "204", "304", "interim answers"],
)
async def test_bodies_end_where_http_says_and_the_connection_serves_on(
    serve: Serve, connect: Connect, soon: Soon, answer: str, body: Any
) -> None:
    server = await serve(answering(answer, OK))
    client = connect(server.address)
    first = await client.request("GET", "/", [], None, soon())
    second = await client.request("GET", "/", [], None, soon())
    assert (first.body, second.body, server.connections) == (body, b"ok", 1)
    assert "link" not in first.headers


async def test_an_answer_without_length_ends_with_its_connection(serve: Serve, connect: Connect, soon: Soon) -> None:
    server = await serve(answering("HTTP/1.1 200 OK\r\n\r\nall of it", then_close=True))
    client = connect(server.address)
    for _ in range(2):
        assert (await client.request("GET", "/", [], None, soon())).body == b"all of it"
    assert server.connections == 2


async def test_the_answer_to_head_has_no_body_whatever_it_says(serve: Serve, connect: Connect, soon: Soon) -> None:
    server = await serve(answering("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", OK))
    client = connect(server.address)
    assert (await client.request("HEAD", "/", [], None, soon())).body == b""
    assert (await client.request("GET", "/", [], None, soon())).body == b"ok"
    assert server.connections == 1


@pytest.mark.parametrize("goodbye", ["HTTP/1.1 200 OK\r\nconnection: close", "HTTP/1.0 200 OK"])
async def test_a_connection_that_the_server_says_it_closes_is_not_used_again(
    serve: Serve, connect: Connect, soon: Soon, goodbye: str
) -> None:
    server = await serve(answering(f"{goodbye}\r\ncontent-length: 1\r\n\r\nx"))
    client = connect(server.address)
    for _ in range(2):
        await client.request("POST", "/", [], b"", soon())
    assert server.connections == 2


async def test_bodies_of_megabytes_pass_in_both_ways(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        body = (await peer.request()).split("\r\n\r\n", 1)[1]
        await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n{body}")

    server = await serve(script)
    body = b"0123456789" * 300_000
    assert (await connect(server.address).request("POST", "/", [], body, soon())).body == body


async def test_calls_at_once_share_no_connection_and_no_answer(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        while request := await peer.request():
            target = request.split(" ")[1]
            await peer.send(f"HTTP/1.1 200 OK\r\ncontent-length: {len(target)}\r\n\r\n{target}")

    server = await serve(script)
    client = connect(server.address, max_connections=7)
    calls = [client.request("GET", f"/{number}", [], None, soon()) for number in range(200)]
    answers = await asyncio.gather(*calls)
    assert [answer.body for answer in answers] == [f"/{number}".encode() for number in range(200)]
    assert server.connections == 7


async def test_too_many_waiting_calls_are_refused_at_once(serve: Serve, connect: Connect, soon: Soon) -> None:
    release = asyncio.Event()

    async def script(peer: Any) -> None:
        await peer.request()
        await release.wait()
        await peer.send(OK)
        await answer_all(peer)

    server = await serve(script)
    client = connect(server.address, max_connections=1, max_waiting=1)
    async with asyncio.TaskGroup() as group:
        admitted = [group.create_task(client.request("GET", "/", [], None, soon())) for _ in range(2)]
        await asyncio.sleep(0)  # both have asked for a connection
        with pytest.raises(PoolExhausted):
            await client.request("GET", "/", [], None, soon())
        release.set()
    assert [task.result().body for task in admitted] == [b"ok", b"ok"]


async def test_waiting_for_a_connection_ends_with_the_deadline(serve: Serve, connect: Connect, soon: Soon) -> None:
    async def script(peer: Any) -> None:
        await peer.request()
        await peer.request()

    server = await serve(script)
    client = connect(server.address, max_connections=1)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(client.request("GET", "/", [], None, soon()))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut, match="became free"):
            await client.request("GET", "/", [], None, soon(0.02))
        first.cancel()


async def test_a_deadline_in_the_past_sends_nothing(serve: Serve, connect: Connect, soon: Soon) -> None:
    server = await serve(answer_all)
    with pytest.raises(TimedOut):
        await connect(server.address).request("GET", "/", [], None, soon(-1))
    assert server.connections == 0


async def test_idle_connections_are_closed_after_a_while(serve: Serve, connect: Connect, soon: Soon) -> None:
    closed = asyncio.Event()

    async def script(peer: Any) -> None:
        await answer_all(peer)
        closed.set()

    server = await serve(script)
    await connect(server.address, idle_seconds=0.01).request("GET", "/", [], None, soon())
    async with asyncio.timeout(5):
        await closed.wait()


async def test_nobody_listening_is_told_apart_and_without_an_address(
    serve: Serve, connect: Connect, soon: Soon
) -> None:
    server = await serve(answer_all)
    await server.stop()
    with pytest.raises(NotConnected) as caught:
        await connect(server.address).request("POST", "/", [], b"", soon())
    assert "127.0.0.1" not in str(caught.value)
    assert server.address.authority in caught.value.detail


async def test_a_closed_client_makes_no_more_calls(serve: Serve, connect: Connect, soon: Soon) -> None:
    server = await serve(answer_all)
    client = connect(server.address)
    await client.request("GET", "/", [], None, soon())
    await client.close()
    with pytest.raises(NotConnected):
        await client.request("GET", "/", [], None, soon())


@pytest.mark.parametrize(
    ("method", "target", "header"),
    [
        ("GET", "/a b", ("x", "y")),
        ("GET", "/a\r\nx: y", ("x", "y")),
        ("GET", "/a\x00", ("x", "y")),
        ("GET", "/ü", ("x", "y")),
        ("GET", "http://elsewhere/", ("x", "y")),
        ("GET", "/#part", ("x", "y")),
        ("GET /x", "/", ("x", "y")),
        ("GET", "/", ("x", "a\r\nx: y")),
        ("GET", "/", ("x", "a\nb")),
        ("GET", "/", ("x", "a\x00b")),
        ("GET", "/", ("x", "€")),
        ("GET", "/", ("x:", "y")),
        ("GET", "/", ("", "y")),
        ("GET", "/", ("Transfer-Encoding", "chunked")),
        ("GET", "/", ("content-length", "1")),
        ("GET", "/", ("Host", "elsewhere")),
    ],
)
async def test_what_could_say_more_than_one_request_is_never_sent(
    serve: Serve, connect: Connect, soon: Soon, method: str, target: str, header: tuple[str, str]
) -> None:
    server = await serve(answer_all)
    with pytest.raises(NotSendable):
        await connect(server.address).request(method, target, [header], None, soon())
    assert server.connections == 0
