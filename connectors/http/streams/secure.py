"""Streams over https, on the connections of a library."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from connectors.errors import AnswerTooLarge, NotConnected, TimedOut, Unreachable
from connectors.http.address import HttpAddress
from connectors.http.raw_headers import RawHeaders
from connectors.http.response import HttpResponse
from connectors.http.streams.head import encode_stream_head
from connectors.http.streams.stream import StreamRequest, StreamTerms, read_ahead


async def open_secure(
    client: httpx.AsyncClient, address: HttpAddress, request: StreamRequest, terms: StreamTerms, until: float
) -> HttpResponse:
    """Send one request and give the beginning of its answer; see HttpClient."""
    target = address.target(request.target)
    encode_stream_head(request, target, address.authority)  # refuses what cannot be sent
    url = httpx.URL(scheme="https", host=address.host, port=address.port).copy_with(raw_path=target.encode("ascii"))
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers]
    if request.length is not None:
        headers.append((b"content-length", str(request.length).encode()))
    connect = client.timeout.connect
    made = client.build_request(
        request.method,
        url,
        headers=headers,
        content=request.body if request.pieces is None else request.pieces,
        timeout=httpx.Timeout(terms.pause, connect=connect),
    )
    try:
        async with asyncio.timeout_at(until):
            response = await client.send(made, stream=True)
            head = HttpResponse(response.status_code, RawHeaders(response.headers.raw), b"")
            return await read_ahead(head, _SecureRest(response, terms, str(address)))
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise NotConnected("the service cannot be reached", detail=f"{address}: {error!r}") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise TimedOut("the service did not answer in time", detail=str(address)) from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise _broken(address, error) from error


class _SecureRest:
    """What is left of a response."""

    def __init__(self, response: httpx.Response, terms: StreamTerms, peer: str) -> None:
        self._response = response
        self._left = terms.most_bytes
        self._peer = peer
        self._pieces: AsyncIterator[bytes] = response.aiter_raw()

    async def read(self) -> bytes:
        """The next piece; empty at the end. Raises CallFailed."""
        try:
            piece = await anext(self._pieces, b"")
        except httpx.TimeoutException as error:
            raise TimedOut("the service did not go on with its answer in time", detail=self._peer) from error
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise _broken(self._peer, error) from error
        self._left -= len(piece)
        if self._left < 0:
            raise AnswerTooLarge("the service's answer is larger than the limit")
        return piece

    async def close(self) -> None:
        """Let go of the connection."""
        await self._response.aclose()


def _broken(peer: object, error: Exception) -> Unreachable:
    return Unreachable("the service closed the connection before its answer was complete", detail=f"{peer}: {error!r}")
