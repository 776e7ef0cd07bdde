"""Requests that RFC 9110 and RFC 9112 forbid are refused: proxies before the gateway could read them otherwise."""

import asyncio
from typing import Any

import pytest

from federation.cli.strict_http import Head, Refused, check_head
from tests.federation.cli.serving import Answering, serving

GET = "GET /x HTTP/1.1"
POST = "POST /x HTTP/1.1"
CHUNKED = "transfer-encoding: chunked"
NEXT = "\r\n\r\nGET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"


class Noting(Answering):
    """Notes the host and the body of every request."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer.set()
        self.hosts: list[bytes] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.hosts.extend(value for name, value in scope["headers"] if name == b"host")

        async def noting() -> Any:
            message = await receive()
            self.bodies.append(message.get("body", b""))
            return message

        await super().__call__(scope, noting, send)


async def exchange(*lines: str, body: str = "") -> tuple[int, bytes, Noting]:
    """The status and the whole of what came back, and the application that was or was not asked."""
    application = Noting()
    async with serving(application) as served:
        answer = await served.exchange("\r\n".join((*lines, "", body)).encode("latin-1"))
    return int(answer.split()[1]), answer, application


@pytest.mark.parametrize(
    ("status", "lines", "body"),
    [
        pytest.param(400, (GET,), "", id="no host"),
        pytest.param(400, (GET, "host: a", "host: a"), "", id="two hosts"),
        pytest.param(400, (GET, "host: a b"), "", id="no valid host"),
        pytest.param(400, (POST, "host: a", "content-length: 5", CHUNKED), "0\r\n\r\n", id="a length and chunks"),
        pytest.param(400, (POST, "host: a", "content-length: 5", "content-length: 6"), "hello", id="two lengths"),
        pytest.param(400, (POST, "host: a", "content-length: -5"), "hello", id="a negative length"),
        pytest.param(400, (POST, "host: a", "content-length: +5"), "hello", id="a length with a sign"),
        pytest.param(400, (POST, "host: a", "content-length : 5"), "hello", id="a space before the colon"),
        pytest.param(400, ("POST /x HTTP/1.0", "host: a", CHUNKED), "0\r\n\r\n", id="chunks in HTTP/1.0"),
        pytest.param(501, (POST, "host: a", "transfer-encoding: gzip, chunked"), "0\r\n\r\n", id="an unknown coding"),
        pytest.param(501, (POST, "host: a", "transfer-encoding: gzip", CHUNKED), "0\r\n\r\n", id="a line before"),
        pytest.param(400, (POST, "host: a", CHUNKED, "transfer-encoding: gzip"), "0\r\n\r\n", id="a line after"),
        pytest.param(400, (POST, "host: a", CHUNKED), "2;\n{}\r\n0\r\n\r\n", id="a bare LF in a chunk's extension"),
        pytest.param(400, (POST, "host: a", CHUNKED), "0x2\r\n{}\r\n0\r\n\r\n", id="a chunk's size with a prefix"),
        pytest.param(400, (POST, "host: a", CHUNKED), "2\r\n{}0\r\n\r\n", id="a chunk without its end"),
        pytest.param(400, (GET, "host: a", "x: a", " b"), "", id="a folded line"),
        pytest.param(400, (GET, "host: a\nx: y"), "", id="a bare LF"),
        pytest.param(400, (GET, "host: a", "x: a\rb"), "", id="a bare CR"),
        pytest.param(400, (GET, "host: a", "x: a\0b"), "", id="a NUL in a header"),
        pytest.param(400, ("GET /x\0 HTTP/1.1", "host: a"), "", id="a NUL in the target"),
        pytest.param(400, ("GET /x#y HTTP/1.1", "host: a"), "", id="a fragment"),
        pytest.param(400, ("GET * HTTP/1.1", "host: a"), "", id="an asterisk but for OPTIONS"),
        pytest.param(400, ("GET http://me:secret@a/x HTTP/1.1", "host: a"), "", id="a target with a password"),
        pytest.param(400, ("GET ftp://a/x HTTP/1.1", "host: a"), "", id="a target of another scheme"),
        pytest.param(400, ("CONNECT a:443 HTTP/1.1", "host: a"), "", id="CONNECT"),
        pytest.param(400, ("CONNECT /x HTTP/1.1", "host: a"), "", id="CONNECT to a path"),
        pytest.param(505, ("GET /x",), "", id="no version"),
        pytest.param(505, ("GET /x HTTP/2.0", "host: a"), "", id="another version"),
        pytest.param(431, (f"GET /{'x' * 70_000} HTTP/1.1", "host: a"), "", id="a very long target"),
    ],
)
async def test_what_must_not_be_sent_is_refused_and_ends_the_connection(
    status: int, lines: tuple[str, ...], body: str
) -> None:
    found, answer, application = await exchange(*lines, body=body)

    assert found == status
    assert (b"HEADERS_TOO_LARGE" if status == 431 else b"HTTP_INVALID") in answer
    assert b"connection: close" in answer
    assert not application.asked


@pytest.mark.parametrize("host", [b"", b"a", b"a:80", b"127.0.0.1", b"[::1]:80", b"xn--e1a.example.", b"a_b", b"%61"])
def test_valid_hosts_are_taken(host: bytes) -> None:
    assert check_head(Head(b"GET", b"/", "1.1", {b"host": host})) == (b"/", None)


@pytest.mark.parametrize("host", [b" ", b"a, a", b"u@a", b"a/b", b"a:b", b"[::1", b"::1", b"a?b", b"\xff", b"a:80:80"])
def test_hosts_that_are_not_valid_are_not(host: bytes) -> None:
    with pytest.raises(Refused):
        check_head(Head(b"GET", b"/", "1.1", {b"host": host}))


async def test_http_1_0_needs_no_host() -> None:
    assert (await exchange("GET /x HTTP/1.0"))[0] == 200


async def test_the_host_of_a_target_counts_and_not_the_header() -> None:
    status, _, application = await exchange("GET http://b:80/x?y=1 HTTP/1.1", "host: a", "connection: close")

    assert (status, application.asked, application.hosts) == (200, ["/x"], [b"b:80"])


async def test_a_target_without_a_path_asks_for_the_root() -> None:
    _, _, application = await exchange("GET http://a HTTP/1.1", "host: a", "connection: close")

    assert application.asked == ["/"]


async def test_what_follows_a_chunked_body_says_nothing_about_the_next_request() -> None:
    _, _, application = await exchange(POST, "host: a", CHUNKED, body="2;x=y\r\n{}\r\n0\r\nhost: b" + NEXT)

    assert (application.asked, application.hosts) == (["/x", "/next"], [b"a", b"a"])


@pytest.mark.parametrize(
    ("framing", "body"), [("content-length: 2", "{}"), (CHUNKED, "2\r\n{}\r\n0"), ("x-none: here", "")]
)
async def test_a_wish_for_another_protocol_changes_nothing(framing: str, body: str) -> None:
    wish = ("connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AA")
    end = NEXT if framing == CHUNKED else NEXT[4:]
    _, _, application = await exchange(POST, "host: a", *wish, framing, body=body + end)

    assert application.asked == ["/x", "/next"]
    assert b"".join(application.bodies) == (b"{}" if body else b"")


async def test_a_body_is_never_read_as_a_request() -> None:
    hidden = "GET /hidden HTTP/1.1\r\nhost: a\r\n\r\n"
    wish = ("connection: upgrade", "upgrade: websocket", f"content-length: {len(hidden)}")
    _, _, application = await exchange(POST, "host: a", *wish, body=hidden + NEXT[4:])

    assert application.asked == ["/x", "/next"]


@pytest.mark.parametrize("second", ["GARBAGE\r\n\r\n", "GET /y HTTP/1.1\r\n\r\n"])
async def test_a_request_before_one_that_is_refused_gets_its_own_answer(second: str) -> None:
    application = Answering()
    async with serving(application) as served:
        reader, writer = await served.connect()
        writer.write(f"{GET}\r\nhost: a\r\n\r\n{second}".encode())
        await application.is_asked.wait()
        application.may_answer.set()
        async with asyncio.timeout(5):
            answer = await reader.read()

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"ok")
    assert application.asked == ["/x"]
