"""Routes over ASGI: bodies pass in both directions as fast as the slower side allows, and no faster."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from connectors.errors import CallFailed
from federation.http.client_address import ClientAddresses
from federation.http.cors import Cors
from federation.http.read_body import ClientGone
from federation.http.reply import MINDS_ITS_CLIENT, Receive, Scope, Send, send_reply
from federation.http.request_body import CLIENT_SECONDS, StreamedBody
from federation.http.waiting_client import WaitingClient
from federation.patterns.path import PathInvalid, RequestPath, read_path
from federation.request import RawHeaders
from federation.routes.problems import problem
from federation.routes.routed import (
    BodyTooSlow,
    ClientLeft,
    Connection,
    Deliver,
    RequestInvalid,
    Rest,
    RoutedAnswer,
    RoutedRequest,
)
from federation.routes.router import Router

log = logging.getLogger(__name__)

BODILESS = frozenset({204, 304})


class ServedRoutes(Protocol):
    """What the endpoint needs of the gateway."""

    @property
    def routes(self) -> Router | None:
        """The paths beside the GraphQL endpoint, where there are any."""

    async def route(self, request: RoutedRequest, deliver: Deliver) -> None:
        """Answer one request that came by one of them. Raises ClientLeft."""


class RouteEndpoint:
    """Answers requests to paths beside the GraphQL endpoint."""

    def __init__(self, gateway: ServedRoutes, addresses: ClientAddresses, cors: Cors) -> None:
        self._gateway = gateway
        self._addresses = addresses
        self._cors = cors

    async def answer(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        """Answer one HTTP request. Raises ClientGone when nobody waits for it any more."""
        cors = self._cors.headers(headers) if "origin" in headers else ()
        sending = _Sending(send, cors, is_head=scope["method"] == "HEAD")
        try:
            path = read_path(_raw_path(scope))
            routes = self._gateway.routes
            methods = routes.methods(path) if routes is not None else ()
            if scope["method"] == "OPTIONS" and methods and "OPTIONS" not in methods:
                await send_reply(send, self._cors.preflight(headers, (*methods, "OPTIONS")))
                return
            await self._pass(scope, receive, path, headers, sending)
        except (PathInvalid, BodyTooSlow, RequestInvalid) as error:
            await sending.deliver(problem(error.code, str(error), status=error.status))
        except ClientLeft as error:
            raise ClientGone from error
        await sending.finish()

    async def _pass(
        self, scope: Scope, receive: Receive, path: RequestPath, headers: Mapping[str, str], sending: "_Sending"
    ) -> None:
        length = _length(headers)
        body = StreamedBody(receive)
        routes = self._gateway.routes
        if length is None or routes is None or not routes.is_too_large(scope["method"], path, length):
            await body.begin()  # else it stays unread: the answer is known
        scope[MINDS_ITS_CLIENT] = True
        peer = scope["client"][0] if scope.get("client") else ""
        request = RoutedRequest(
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            lines=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
            headers=headers,
            body=body,
            connection=Connection(
                self._addresses.find(peer, headers), peer, scope.get("scheme", "http"), self._addresses.trusts(peer)
            ),
            length=length,
        )
        async with WaitingClient(body.left):
            await self._gateway.route(request, sending.deliver)


class _Sending:
    """Sends one answer. Its last part waits for `finish`: with it, the server says that the client has left."""

    def __init__(self, send: Send, cors: RawHeaders, *, is_head: bool) -> None:
        self._send = send
        self._is_head = is_head
        self._cors = cors
        self._last: bytes | None = None

    async def deliver(self, answer: RoutedAnswer) -> None:
        """Send the answer but for the last part of its body."""
        if answer.rest is None:
            await self._start(answer)
            self._last = answer.body
            return
        try:
            await self._stream(answer, answer.rest)
        finally:
            await answer.rest.close()

    async def finish(self) -> None:
        """Send the last part. Where the body broke off there is none, and the server closes the connection."""
        if self._last is not None:
            await self._send({"type": "http.response.body", "body": self._last})

    async def _stream(self, answer: RoutedAnswer, rest: Rest) -> None:
        try:
            await self._start(answer)
            piece = answer.body or await rest.read()
            while piece:
                async with asyncio.timeout(CLIENT_SECONDS):
                    await self._send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await rest.read()
        except CallFailed as failure:
            log.warning("an answer broke off", extra={"code": failure.code, "detail": failure.detail})
        except TimeoutError:
            log.info("a client took too long to take its answer", extra={"seconds": CLIENT_SECONDS})
        else:
            self._last = b""

    async def _start(self, answer: RoutedAnswer) -> None:
        headers = list(answer.headers)
        if self._cors:
            # The gateway says which origins may read: two opinions are none to browsers.
            headers = [line for line in headers if not line[0].startswith(b"access-control-")]
        if answer.rest is None and not self._is_head and answer.status not in BODILESS:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await self._send({"type": "http.response.start", "status": answer.status, "headers": [*headers, *self._cors]})


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope["raw_path"]
    return raw.partition(b"?")[0].decode("latin-1")


def _length(headers: Mapping[str, str]) -> int | None:
    """The length of the body as the client says it. Raises RequestInvalid for what servers could read in two ways."""
    written = headers.get("content-length")
    if written is None:
        return None
    if "transfer-encoding" in headers or not (written.isascii() and written.isdecimal()):
        raise RequestInvalid("the length of the body is not clear: send either one 'content-length' or chunks")
    return int(written)
