"""A service that is reached by HTTP."""

import ssl
from collections.abc import Awaitable, Sequence

from connectors.http.address import read_address
from connectors.http.client import HttpClient, http_client
from connectors.http.limits import HttpLimits
from connectors.http.response import HttpResponse
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.flights import Flights
from connectors.traffic.service import Balancer, Service

DEFAULT_LIMITS = HttpLimits()


class HttpService:
    """A service and its base URLs (`http://10.0.0.1:8081/v1`), each with its own connections, under the same limits.

    Making one needs no running loop; the first request binds it to its loop. `tls` replaces the system's trust store.
    Unless it `shares`, every request is a call of its own. Raises BindingInvalid for a base URL that is none, and for a
    service without any.
    """

    def __init__(
        self,
        name: str,
        base_urls: Sequence[str],
        limits: HttpLimits = DEFAULT_LIMITS,
        *,
        balancer: Balancer | None = None,
        tls: ssl.SSLContext | None = None,
        shares: bool = True,
    ) -> None:
        self._flights: Flights[HttpResponse] | None = Flights() if shares else None
        addresses = [read_address(url) for url in base_urls]
        endpoints = [Endpoint(str(address), http_client(address, limits, tls)) for address in addresses]
        self._service: Service[HttpClient] = Service(name, endpoints, balancer)

    @property
    def name(self) -> str:
        """What operators call the service."""
        return self._service.name

    @property
    def endpoints(self) -> tuple[Endpoint[HttpClient], ...]:
        """The endpoints, in the order in which they were configured."""
        return self._service.endpoints

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
        """Send one request to one of the endpoints and give its answer, whatever its status.

        `target` is put behind the path of the endpoint's base URL. `deadline` is in the loop's time, and bounds all of
        it. Only an `idempotent` request may reach the service twice. Raises a CallFailed.
        """

        def attempt(client: HttpClient) -> Awaitable[HttpResponse]:
            return client.request(method, target, headers, body, deadline, idempotent=idempotent)

        return await self._service.call(attempt)

    async def share(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
    ) -> HttpResponse:
        """As `request`, but the answer may be that to an equal request, in headers and all, that is on its way."""

        def send() -> Awaitable[HttpResponse]:
            return self.request(method, target, headers, body, deadline, idempotent=idempotent)

        if self._flights is None:
            return await send()
        return await self._flights.share((method, target, tuple(headers), body), deadline, send)

    async def close(self) -> None:
        """Close all connections; requests on them fail. Safe to call twice."""
        await self._service.close()
