"""The client for https endpoints: TLS, and with it the connections of short calls, are left to a library."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from contextlib import aclosing
from typing import cast

import httpx

from connectors.errors import AnswerTooLarge, BadAnswer, NotConnected, PoolExhausted, TimedOut, Unreachable
from connectors.http.address import HttpAddress
from connectors.http.limits import HttpLimits
from connectors.http.request import check_request_line, header_line
from connectors.http.response import HttpResponse
from connectors.http.streams.client import Streams
from connectors.http.streams.stream import StreamRequest, StreamTerms


class SecureHttpClient:
    """Sends requests to one https endpoint; the library's client is made for the first of them."""

    def __init__(self, address: HttpAddress, limits: HttpLimits, tls: ssl.SSLContext | None = None) -> None:
        self._address = address
        self._limits = limits
        self._tls = tls
        self._client: httpx.AsyncClient | None = None
        self._streams: Streams | None = None
        self._waiting = 0
        self._closed = False

    async def request(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
    ) -> HttpResponse:
        """Send one request and give its answer; see HttpClient."""
        full_target = self._address.target(target)
        check_request_line(method, full_target)
        for name, value in headers:
            header_line(name, value)
        client = self._opened()
        url = httpx.URL(scheme="https", host=self._address.host, port=self._address.port).copy_with(
            raw_path=full_target.encode("ascii")
        )
        encoded = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
        request = client.build_request(method, url, headers=encoded, content=body)
        try:
            async with asyncio.timeout_at(deadline):
                return await self._send(client, request, idempotent=idempotent)
        except TimeoutError as error:
            raise TimedOut("the service did not answer in time", detail=str(self._address)) from error

    async def open(
        self, request: StreamRequest, terms: StreamTerms, until: float, *, idempotent: bool = False
    ) -> HttpResponse:
        """Send one request and give the beginning of its answer; see HttpClient."""
        if self._streams is None:
            self._streams = Streams(self._address, self._limits, self._tls)
        return await self._streams.open(request, terms, until, idempotent=idempotent)

    async def close(self) -> None:
        """Close all connections; requests on them fail."""
        self._closed = True
        if self._client is not None:
            await self._client.aclose()
        if self._streams is not None:
            self._streams.close()
            await asyncio.sleep(0)  # the loop closes aborted sockets in its next round

    def _opened(self) -> httpx.AsyncClient:
        if self._closed:
            raise NotConnected("the service is no longer in use", detail=str(self._address))
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=self._tls or ssl.create_default_context(),
                trust_env=False,
                headers={"accept-encoding": "identity"},
                timeout=httpx.Timeout(None, connect=self._limits.connect_seconds),  # the deadline bounds all else
                limits=httpx.Limits(
                    max_connections=self._limits.max_connections,
                    max_keepalive_connections=self._limits.max_connections,
                    keepalive_expiry=self._limits.idle_seconds,
                ),
            )
            for name in ("accept", "user-agent"):
                del self._client.headers[name]  # who calls says what is sent
        return self._client

    async def _send(self, client: httpx.AsyncClient, request: httpx.Request, *, idempotent: bool) -> HttpResponse:
        if self._waiting >= self._limits.max_waiting + self._limits.max_connections:
            raise PoolExhausted("too many calls wait for the service", detail=str(self._address))
        self._waiting += 1
        try:
            return await self._receive(await self._begin(client, request, idempotent=idempotent))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotConnected("the service cannot be reached", detail=f"{self._address}: {error!r}") from error
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            message = "the service closed the connection before its answer was complete"
            raise Unreachable(message, detail=f"{self._address}: {error!r}") from error
        finally:
            self._waiting -= 1

    async def _begin(self, client: httpx.AsyncClient, request: httpx.Request, *, idempotent: bool) -> httpx.Response:
        try:
            return await client.send(request, stream=True)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            # RFC 9112 9.3.1: the server may have closed an idle connection while the request was on its way.
            if not idempotent:
                raise
        return await client.send(request, stream=True)

    async def _receive(self, response: httpx.Response) -> HttpResponse:
        try:
            coding = response.headers.get("content-encoding", "identity")
            if coding.lower() != "identity":
                raise BadAnswer("the service compressed its answer, which was not asked for", detail=coding)
            # Left to itself, a generator that is not read to its end is closed by a task that nobody waits for.
            async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as parts:
                body = await self._read(parts)
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, headers, body)

    async def _read(self, parts: AsyncIterable[bytes]) -> bytes:
        body, limit = bytearray(), self._limits.max_answer_bytes
        async for part in parts:
            body += part
            if len(body) > limit:
                raise AnswerTooLarge(f"the service's answer is larger than the limit of {limit} bytes")
        return bytes(body)
