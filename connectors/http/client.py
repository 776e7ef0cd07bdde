"""Speak HTTP with one endpoint: what every client can do, and which one an address needs."""

import ssl
from collections.abc import Sequence
from typing import Protocol

from connectors.http.address import HttpAddress
from connectors.http.limits import HttpLimits
from connectors.http.plain import PlainHttpClient
from connectors.http.response import HttpResponse
from connectors.http.secure import SecureHttpClient
from connectors.http.streams.stream import StreamRequest, StreamTerms


class HttpClient(Protocol):
    """Sends requests to one endpoint."""

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
        """Send one request and give its answer, whatever its status; `deadline` is in the loop's time.

        `target` is a path with its query, which the address's own path precedes. Raises a CallFailed; NotConnected when
        the service surely has not seen the request. Only an `idempotent` request may reach the service twice.
        """

    async def open(
        self, request: StreamRequest, terms: StreamTerms, until: float, *, idempotent: bool = False
    ) -> HttpResponse:
        """Send one request and give the beginning of its answer: all of a short one, the `rest` of a longer one.

        The body is sent while it comes. An answer that means failure and comes before its end stops it; of any other
        the rest can be read while the body is being sent. Raises as `request` does. Whoever gets a rest closes it.
        """

    async def close(self) -> None:
        """Close all connections; requests on them fail."""


def http_client(address: HttpAddress, limits: HttpLimits, tls: ssl.SSLContext | None = None) -> HttpClient:
    """Choose the client for an address; `tls` replaces the system's trust store."""
    if address.scheme == "https":
        return SecureHttpClient(address, limits, tls)
    return PlainHttpClient(address, limits)
