"""A service that is reached by gRPC."""

from collections.abc import Awaitable, Sequence

from connectors.errors import NotConnected, Unreachable
from connectors.grpc.channel import Channel, GrpcRequest
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.flights import Flights
from connectors.traffic.service import Balancer, Service

MOST_BYTES = 10 * 1024 * 1024


class GrpcService:
    """A service and its addresses (`host:port`), each with a channel of its own.

    Making one needs no running loop; the first call binds it to its loop. `most_bytes` bounds one message, and all
    messages of a stream together. Unless it `shares`, every request is a call of its own. Raises BindingInvalid for a
    service without addresses.
    """

    def __init__(
        self,
        name: str,
        addresses: Sequence[str],
        *,
        most_bytes: int = MOST_BYTES,
        balancer: Balancer | None = None,
        shares: bool = True,
    ) -> None:
        self._flights: Flights[tuple[bytes, ...]] | None = Flights() if shares else None
        endpoints = [Endpoint(address, Channel(address, most_bytes)) for address in addresses]
        self._service: Service[Channel] = Service(name, endpoints, balancer)

    @property
    def name(self) -> str:
        """What operators call the service."""
        return self._service.name

    @property
    def endpoints(self) -> tuple[Endpoint[Channel], ...]:
        """The endpoints, in the order in which they were configured."""
        return self._service.endpoints

    async def share(self, request: GrpcRequest) -> tuple[bytes, ...]:
        """As `call`, but the answer may be that to an equal request, in metadata and all, that is on its way."""
        if self._flights is None:
            return await self.call(request)
        key = (request.method.name, request.message, tuple(request.metadata))
        return await self._flights.share(key, request.deadline, lambda: self.call(request))

    async def call(self, request: GrpcRequest) -> tuple[bytes, ...]:
        """The messages of one endpoint's answer. Raises a CallFailed.

        A request that was surely not sent goes to the next endpoint; an idempotent one is also sent once more when its
        connection breaks, or the service says that it is away.
        """

        def attempt(channel: Channel) -> Awaitable[tuple[bytes, ...]]:
            return channel.call(request)

        try:
            return await self._service.call(attempt)
        except NotConnected:
            raise
        except Unreachable:
            if not request.idempotent:
                raise
        return await self._service.call(attempt)

    async def close(self) -> None:
        """Close all connections; calls in flight fail. Safe to call twice."""
        await self._service.close()
