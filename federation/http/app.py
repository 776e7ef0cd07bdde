"""The ASGI application: one GraphQL endpoint, GraphiQL, health; no framework in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from federation.http.client_address import ClientAddresses
from federation.http.cors import Cors
from federation.http.graphiql_pages import GraphiQLPages
from federation.http.graphql_endpoint import GraphQLEndpoint
from federation.http.health import live, ready
from federation.http.media_types import HTML, names_explicitly
from federation.http.read_body import ClientGone
from federation.http.read_headers import read_headers
from federation.http.reply import JSON, Headers, Receive, Reply, Scope, Send, json_reply, send_reply
from federation.http.route_endpoint import RouteEndpoint, ServedRoutes
from federation.patterns.path import PathInvalid, read_path
from federation.request import ClientAnswer, ClientRequest

OWN_PATHS = frozenset({"/health/live", "/health/ready"})


class ServedGateway(ServedRoutes, Protocol):
    """What the edge needs of the gateway."""

    @property
    def is_ready(self) -> bool:
        """Whether a snapshot is live and the gateway is not closing."""

    @property
    def version(self) -> str:
        """The version of the live snapshot."""

    async def answer(self, request: ClientRequest) -> ClientAnswer:
        """Answer one request; never raises but for cancellation."""

    def note_refusal(self, code: str) -> None:
        """Count a request that was refused before it could be read as one."""

    def document(self, path: str) -> bytes | None:
        """The JSON that is published at a path; None where nothing is."""


@dataclass(frozen=True, slots=True)
class EdgeOptions:
    """Where the endpoint stands, and what it allows; sizes in bytes. `trusted_proxies` are networks."""

    path: str = "/graphql"
    graphiql: bool = True
    max_request_size: int = 1 << 20
    cors_origins: frozenset[str] = frozenset()
    trusted_proxies: tuple[str, ...] = ()
    max_batch: int = 10


class App:
    """The ASGI 3 callable, for HTTP: whoever opens the gateway and serves this decides over its lifespan."""

    def __init__(self, gateway: ServedGateway, options: EdgeOptions) -> None:
        self._gateway = gateway
        self._path = options.path
        self._target = options.path.encode()
        self._most_bytes = options.max_request_size
        self._assets = f"{options.path.rstrip('/')}/assets/"
        addresses = ClientAddresses(options.trusted_proxies)
        self._endpoint = GraphQLEndpoint(gateway, options.max_request_size, addresses, options.max_batch)
        self._pages = GraphiQLPages(self._assets) if options.graphiql else None
        self._cors = Cors(options.cors_origins)
        self._routes = RouteEndpoint(gateway, addresses, self._cors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Raises ValueError for anything else (ASGI: it is not supported)."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served, not '{scope['type']}'")
        headers = read_headers(scope["headers"])
        try:
            if scope["path"] != self._path and self._gateway.routes is not None and not self._is_own(scope):
                await self._routes.answer(scope, receive, send, headers)
                return
            reply = await self._route(scope, receive, headers)
        except ClientGone:
            return
        cors: Headers = self._cors.headers(headers) if "origin" in headers else ()
        if cors:
            reply = Reply(reply.status, reply.content_type, reply.body, (*reply.headers, *cors))
        await send_reply(send, reply, with_body=scope["method"] != "HEAD")

    def is_too_large(self, method: bytes, target: bytes, length: int) -> bool:
        """Whether a body of so many bytes is refused by whoever answers this method at this path and query."""
        if target == self._target:
            return length > self._most_bytes
        path = target.partition(b"?")[0].decode("latin-1")
        if path == self._path:
            return length > self._most_bytes
        routes = self._gateway.routes
        if routes is None:
            return False
        try:
            return routes.is_too_large(method.decode("ascii"), read_path(path), length)
        except PathInvalid:
            return False

    async def _route(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Reply:
        path: str = scope["path"]
        method: str = scope["method"]
        if path == self._path:
            return await self._graphql(scope, receive, headers)
        if method not in ("GET", "HEAD"):
            return _not_found(path)
        if path == "/health/live":
            return live()
        if path == "/health/ready":
            return ready(self._gateway)
        if (document := self._gateway.document(path)) is not None:
            return Reply(200, JSON, document, ((b"cache-control", b"public, max-age=300"),))
        return self._page(path, headers)

    def _is_own(self, scope: Scope) -> bool:
        """Whether the gateway itself has something at a path: no route can take that away."""
        path: str = scope["path"]
        if path in OWN_PATHS or self._gateway.document(path) is not None:
            return True
        return self._pages is not None and (path == "/" or path.startswith(self._assets))

    def _page(self, path: str, headers: Mapping[str, str]) -> Reply:
        if self._pages is None:
            return _not_found(path)
        if path == "/":
            return Reply(307, b"text/plain", b"", ((b"location", self._path.encode()),))
        if path.startswith(self._assets):
            asset = self._pages.asset(path[len(self._assets) :], headers.get("if-none-match"))
            return asset or _not_found(path)
        return _not_found(path)

    async def _graphql(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Reply:
        method: str = scope["method"]
        if method == "OPTIONS":
            return self._cors.preflight(headers)
        if method not in ("GET", "POST", "HEAD"):
            return json_reply(
                405, _error("METHOD_NOT_ALLOWED", "use POST or GET"), ((b"allow", b"GET, POST, OPTIONS"),)
            )
        wants_page = method != "POST" and not scope["query_string"] and names_explicitly(headers.get("accept"), HTML)
        if wants_page and self._pages is not None:
            return self._pages.page()
        return await self._endpoint.reply(scope, receive, headers)


def _error(code: str, message: str) -> dict[str, object]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _not_found(path: str) -> Reply:
    return json_reply(404, _error("NOT_FOUND", f"there is nothing at {path}"))
