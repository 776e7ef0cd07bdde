"""Calls over TLS, with a certificate made for the test."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import AnswerTooLarge, BadAnswer, NotConnected, NotSendable, TimedOut, Unreachable
from connectors.http.address import HttpAddress, read_address
from connectors.http.client import http_client
from connectors.http.limits import HttpLimits
from connectors.http.secure import SecureHttpClient
from connectors.http.streams.stream import StreamRequest, StreamTerms

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")

OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

Answering = Callable[..., Awaitable[HttpAddress]]
Soon = Callable[..., float]
MakeClient = Callable[..., SecureHttpClient]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


@pytest.fixture
async def answering(certificate: tuple[Path, Path]) -> AsyncIterator[Answering]:
    """Serve over TLS: each connection's requests are answered by the texts, one after the other, and then closed."""
    key, chain = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[Any]] = set()

    async def start(*answers: str, seen: list[str] | None = None, then_wait: bool = False) -> HttpAddress:
        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                for answer in answers:
                    request = await reader.readuntil(b"\r\n\r\n")
                    if seen is not None:
                        seen.append(request.decode())
                    writer.write(answer.encode())
                if then_wait:
                    await reader.read()
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass  # the client went away, or the test is over
            finally:
                writer.close()

        server = await asyncio.start_server(script, "127.0.0.1", 0, ssl=context)
        servers.append(server)
        return read_address(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/base")

    yield start
    for server in servers:
        server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def client(certificate: tuple[Path, Path]) -> AsyncIterator[MakeClient]:
    trusting = ssl.create_default_context(cafile=str(certificate[1]))
    clients: list[SecureHttpClient] = []

    def make(address: HttpAddress, *, tls: ssl.SSLContext | None = trusting, **limits: float) -> SecureHttpClient:
        made = http_client(address, HttpLimits(**limits), tls)
        assert isinstance(made, SecureHttpClient)
        clients.append(made)
        return made

    yield make
    for made in clients:
        await made.close()


async def test_a_call_over_tls_is_as_any_other(answering: Answering, client: MakeClient, soon: Soon) -> None:
    seen: list[str] = []
    address = await answering("HTTP/1.1 201 X\r\nX-One: a\r\ncontent-length: 2\r\n\r\nok", seen=seen)
    response = await client(address).request("POST", "/users?a=%20", [("x-a", "b")], b"", soon())
    assert (response.status, response.headers["x-one"], response.body) == (201, "a", b"ok")
    lines = seen[0].lower().split("\r\n")
    assert lines[0] == "post /base/users?a=%20 http/1.1"
    assert {"x-a: b", "accept-encoding: identity", "content-length: 0"} <= set(lines)
    assert not [line for line in lines if line.startswith("user-agent")]


async def test_a_certificate_that_is_not_trusted_is_no_connection(
    answering: Answering, client: MakeClient, soon: Soon
) -> None:
    address = await answering(OK)
    with pytest.raises(NotConnected) as caught:
        await client(address, tls=None).request("POST", "/", [], b"", soon())
    assert "127.0.0.1" not in str(caught.value)


async def test_queries_alone_are_made_again_when_a_connection_breaks(
    answering: Answering, client: MakeClient, soon: Soon
) -> None:
    seen: list[str] = []
    address = await answering("", seen=seen)
    with pytest.raises(Unreachable):
        await client(address).request("POST", "/", [], b"", soon())
    assert len(seen) == 1
    with pytest.raises(Unreachable):
        await client(address).request("POST", "/", [], b"", soon(), idempotent=True)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", Unreachable),
        ("garbage\r\n\r\n", Unreachable),
        ("HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n" + "a" * 101, AnswerTooLarge),
        ("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\na", BadAnswer),
    ],
)
async def test_answers_that_are_none_are_named(
    answering: Answering, client: MakeClient, soon: Soon, answer: str, failure: type[Exception]
) -> None:
    address = await answering(answer)
    with pytest.raises(failure):
        await client(address, max_answer_bytes=100).request("GET", "/", [], None, soon())


async def test_a_black_hole_ends_with_the_deadline(answering: Answering, client: MakeClient, soon: Soon) -> None:
    address = await answering("", then_wait=True)
    with pytest.raises(TimedOut):
        await client(address).request("GET", "/", [], None, soon(0.1))


async def test_what_could_say_more_than_one_request_is_never_sent(
    answering: Answering, client: MakeClient, soon: Soon
) -> None:
    seen: list[str] = []
    address = await answering(OK, seen=seen)
    for target, header in [("/a\r\nb: c", ("x", "y")), ("/", ("x", "a\nb")), ("/", ("host", "elsewhere"))]:
        with pytest.raises(NotSendable):
            await client(address).request("GET", target, [header], None, soon())
    assert seen == []


async def test_a_closed_client_makes_no_more_calls(answering: Answering, client: MakeClient, soon: Soon) -> None:
    address = await answering(OK)
    made = client(address)
    await made.request("GET", "/", [], None, soon())
    await made.close()
    await made.close()
    with pytest.raises(NotConnected):
        await made.request("GET", "/", [], None, soon())


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


async def test_a_long_answer_over_tls_comes_piece_by_piece(
    answering: Answering, client: MakeClient, soon: Soon
) -> None:
    size = 4 << 20
    address = await answering(f"HTTP/1.1 200 OK\r\nx-a: 1\r\nX-A: 2\r\ncontent-length: {size}\r\n\r\n" + "x" * size)
    response = await client(address).open(StreamRequest("GET", "/x", ()), StreamTerms(size, 5.0), soon())
    got = len(response.body)
    assert got < size
    while piece := await response.rest.read():
        got += len(piece)
    await response.rest.close()

    assert got == size
    assert [name for name, _ in response.headers.lines][:2] == [b"x-a", b"X-A"]


async def test_pieces_go_over_tls_with_what_the_client_takes(
    answering: Answering, client: MakeClient, soon: Soon
) -> None:
    seen: list[str] = []
    address = await answering(OK, seen=seen, then_wait=True)
    request = StreamRequest("POST", "/x", (("accept-encoding", "gzip"),), pieces=pieces(b"a", b"b"), length=2)
    response = await client(address).open(request, StreamTerms(9, 5.0), soon())

    assert (response.body, response.rest) == (b"ok", None)
    head = seen[0].lower()
    assert "post /base/x http/1.1" in head
    assert "content-length: 2\r\n" in head
    assert "accept-encoding: gzip\r\n" in head
    assert "transfer-encoding" not in head


async def test_streams_over_tls_fail_as_other_calls_do(answering: Answering, client: MakeClient, soon: Soon) -> None:
    get = StreamRequest("GET", "/x", ())
    broken = await answering("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok")
    large = await answering(OK)
    silent = await answering("", then_wait=True)
    with pytest.raises(Unreachable):
        await client(broken).open(get, StreamTerms(9, 5.0), soon())
    with pytest.raises(AnswerTooLarge):
        await client(large).open(get, StreamTerms(1, 5.0), soon())
    with pytest.raises(TimedOut):
        await client(silent).open(get, StreamTerms(9, 0.05), soon())
    with pytest.raises(NotConnected):
        await client(read_address("https://127.0.0.1:9")).open(get, StreamTerms(9, 5.0), soon())
    with pytest.raises(NotSendable):
        await client(large).open(get._replace(target="/a b"), StreamTerms(9, 5.0), soon())
