"""A real HTTP service on loopback that answers as told, and the way to it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connectors.http.response import HttpResponse
from connectors.protocol import Answer, CallContext, CallRequest, Fetch, Representation, RepresentationField
from connectors.rest.connector import RestConnector
from connectors.traffic.http_service import HttpService

Reply = tuple[int, bytes]


@dataclass
class Received:
    """One request as it stood on the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ShopService:
    """The service: `answer` says what it answers, `received` what it was asked."""

    answer: Callable[[Received], Any] = lambda received: {}
    received: list[Received] = field(default_factory=list)
    port: int = 0

    def reply(self, received: Received) -> Reply:
        """The status and body for one request; anything but bytes is answered as JSON, with 200."""
        self.received.append(received)
        made = self.answer(received)
        status, content = made if isinstance(made, tuple) else (200, made)
        return status, content if isinstance(content, bytes) else json.dumps(content).encode()

    @property
    def targets(self) -> list[str]:
        """The targets that were asked, in their order as text."""
        return sorted(received.target for received in self.received)


@dataclass
class NotedCalls:
    """The service as connectors reach it; `idempotent` notes what they said of their requests."""

    service: HttpService
    idempotent: list[bool] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    key_argument: str | None = None

    async def request(self, *arguments: Any, idempotent: bool = False, key: str | None = None) -> HttpResponse:
        """Note, and pass on."""
        self.idempotent.append(idempotent)
        self.keys.append(key)
        return await self.service.request(*arguments, idempotent=idempotent)

    share = request


@pytest.fixture
def shop() -> Iterator[ShopService]:
    """The running service."""
    service = ShopService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content = service.reply(Received(self.command, self.path, headers, body))
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - the names http.server calls

        def log_message(self, *_arguments: object) -> None:
            """Keep the tests' output clean."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def calls(shop: ShopService) -> AsyncIterator[NotedCalls]:
    """The way to the service."""
    service = HttpService("shop", [f"http://127.0.0.1:{shop.port}"])
    yield NotedCalls(service)
    await service.close()


@pytest.fixture
def ask(bound: Callable[[str], Any], selections: Callable[[str], Any], calls: NotedCalls) -> Callable[..., Any]:
    """Ask the one binding of an SDL text: `await ask(sdl, "{ ... }", representations=[...], variables={...})`."""

    async def run(
        sdl: str,
        text: str,
        *,
        representations: list[dict[str, Any]] | None = None,
        variables: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        kind: str = "query",
        config: dict[str, Any] | None = None,
    ) -> Answer:
        connect, graph = bound(sdl)
        connector = RestConnector(connect, calls, graph, config or {})
        presented: tuple[Representation, ...] = ()
        if representations is not None:
            names = [name for name in (representations or [{"id": ""}])[0] if name != "__typename"]
            fields = tuple(RepresentationField(name, name) for name in names)
            presented = (Representation("User", frozenset({"User"}), fields),)
        template = connector.prepare(Fetch("shop", kind, selections(text), presented))
        context = CallContext(asyncio.get_running_loop().time() + 10, headers or {})
        return await connector.call(CallRequest(template, variables or {}, representations or [], context))

    return run
