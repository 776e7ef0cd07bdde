"""A service that is reached by HTTP."""

import ssl
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any

from connectors.http.address import read_address
from connectors.http.client import HttpClient, http_client
from connectors.http.limits import HttpLimits
from connectors.http.response import HttpResponse
from connectors.traffic.dispatch import Judge
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.flights import Flights
from connectors.traffic.http_outcomes import judge_response
from connectors.traffic.placed import Placed, placed
from connectors.traffic.policy import DEFAULT_POLICY, TrafficPolicy
from connectors.traffic.service import Service
from connectors.traffic.streamed_calls import StreamedCalls

DEFAULT_LIMITS = HttpLimits()


class HttpService:
    """A service and its base URLs (`http://10.0.0.1:8081/v1`), each with its own connections, under the same limits.

    Making one needs no running loop; the first request binds it to its loop. `tls` replaces the system's trust store.
    Raises BindingInvalid for a base URL that is none, and for a service without any. `traffic` is for operators: what
    is known of the endpoints and the circuit, and what may be done about them. `streams` are calls with long bodies.
    """

    def __init__(
        self,
        name: str,
        places: Sequence[Placed | str],
        limits: HttpLimits = DEFAULT_LIMITS,
        *,
        policy: TrafficPolicy = DEFAULT_POLICY,
        tls: ssl.SSLContext | None = None,
        judge: Judge[HttpResponse] = judge_response,
    ) -> None:
        self._flights: Flights[HttpResponse] | None = Flights() if policy.shares_calls else None
        self._limits = limits
        self._tls = tls
        header = policy.balancing.header
        self.key_argument = policy.balancing.argument
        endpoints = [self._endpoint(placed(each)) for each in places]
        self.traffic: Service[HttpClient, HttpResponse] = Service(name, endpoints, policy=policy, judge=judge)
        self.streams = StreamedCalls(self.traffic, max(1, policy.most_calls // 2))
        self.key_header = header.lower() if header else None

    @property
    def name(self) -> str:
        """What operators call the service."""
        return self.traffic.name

    @property
    def endpoints(self) -> tuple[Endpoint[HttpClient], ...]:
        """The endpoints, in the order in which they were configured."""
        return self.traffic.endpoints

    def add(self, place: Placed) -> None:
        """Take in a new endpoint. Raises BindingInvalid when its address is no base URL."""
        self.traffic.add(self._endpoint(place))

    # Neither is a coroutine of its own: each would be passed through again whenever the call goes on.
    def request(  # noqa: PLR0913 - what HTTP sends, until when, and on what terms
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
        key: str | None = None,
    ) -> Coroutine[Any, Any, HttpResponse]:
        """Send one request to one of the endpoints and give its answer, whatever its status.

        `target` is put behind the path of the endpoint's base URL. `deadline` is in the loop's time, and bounds all of
        it. Only an `idempotent` request may reach the service twice. Requests with one `key` go to one endpoint, where
        the service is balanced so. Raises a CallFailed.
        """
        if self.key_header is not None:
            key = next((value for name, value in headers if name.lower() == self.key_header), None)

        def attempt(client: HttpClient, until: float) -> Awaitable[HttpResponse]:
            return client.request(method, target, headers, body, until, idempotent=idempotent)

        return self.traffic.call(attempt, deadline, idempotent=idempotent, key=key)

    def share(  # noqa: PLR0913 - as `request`
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
        key: str | None = None,
    ) -> Coroutine[Any, Any, HttpResponse]:
        """As `request`, but the answer may be that to an equal request, in headers and all, that is on its way."""
        if self._flights is None:
            return self.request(method, target, headers, body, deadline, idempotent=idempotent, key=key)

        def send() -> Awaitable[HttpResponse]:
            return self.request(method, target, headers, body, deadline, idempotent=idempotent, key=key)

        return self._flights.share((method, target, tuple(headers), body), deadline, send)

    async def close(self) -> None:
        """Close all connections; requests on them fail. Safe to call twice."""
        await self.traffic.close()

    def _endpoint(self, place: Placed) -> Endpoint[HttpClient]:
        address = read_address(place.address)
        link = http_client(address, self._limits, self._tls)
        return Endpoint(str(address), link, place.weight, place.zone)
