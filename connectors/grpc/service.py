"""A service that is reached by gRPC."""

from collections.abc import Awaitable, Sequence

from connectors.grpc.channel import Channel, GrpcRequest
from connectors.traffic.endpoint import Endpoint
from connectors.traffic.flights import Flights
from connectors.traffic.placed import Placed, placed
from connectors.traffic.policy import DEFAULT_POLICY, TrafficPolicy
from connectors.traffic.service import Service

MOST_BYTES = 10 * 1024 * 1024


class GrpcService:
    """A service and its addresses (`host:port`), each with a channel of its own, so that calls are balanced one by one.

    Making one needs no running loop; the first call binds it to its loop. `most_bytes` bounds one message, and all
    messages of a stream together. Raises BindingInvalid for a service without addresses. `traffic` is for operators:
    what is known of the endpoints and the circuit, and what may be done about them.
    """

    def __init__(
        self,
        name: str,
        places: Sequence[Placed | str],
        *,
        most_bytes: int = MOST_BYTES,
        policy: TrafficPolicy = DEFAULT_POLICY,
    ) -> None:
        self._flights: Flights[tuple[bytes, ...]] | None = Flights() if policy.shares_calls else None
        self._most_bytes = most_bytes
        header = policy.balancing.header
        self._key_header = header.lower() if header else None
        self.key_argument = policy.balancing.argument
        endpoints = [self._endpoint(placed(each)) for each in places]
        self.traffic: Service[Channel, tuple[bytes, ...]] = Service(name, endpoints, policy=policy)

    @property
    def name(self) -> str:
        """What operators call the service."""
        return self.traffic.name

    @property
    def endpoints(self) -> tuple[Endpoint[Channel], ...]:
        """The endpoints, in the order in which they were configured."""
        return self.traffic.endpoints

    def add(self, place: Placed) -> None:
        """Take in a new endpoint."""
        self.traffic.add(self._endpoint(place))

    async def share(self, request: GrpcRequest, key: str | None = None) -> tuple[bytes, ...]:
        """As `call`, but the answer may be that to an equal request, in metadata and all, that is on its way."""
        if self._flights is None:
            return await self.call(request, key)
        flight = (request.method.name, request.message, tuple(request.metadata))
        return await self._flights.share(flight, request.deadline, lambda: self.call(request, key))

    async def call(self, request: GrpcRequest, key: str | None = None) -> tuple[bytes, ...]:
        """The messages of one endpoint's answer. Raises a CallFailed.

        A request that was surely not sent goes to the next endpoint; an idempotent one is also sent again when its
        connection breaks, or the service says that it is away. Requests with one `key` go to one endpoint, where the
        service is balanced so.
        """
        if self._key_header is not None:
            key = next((str(value) for name, value in request.metadata if name == self._key_header), None)

        def attempt(channel: Channel, until: float) -> Awaitable[tuple[bytes, ...]]:
            return channel.call(request, until)

        return await self.traffic.call(attempt, request.deadline, idempotent=request.idempotent, key=key)

    async def close(self) -> None:
        """Close all connections; calls in flight fail. Safe to call twice."""
        await self.traffic.close()

    def _endpoint(self, place: Placed) -> Endpoint[Channel]:
        return Endpoint(place.address, Channel(place.address, self._most_bytes), place.weight, place.zone)
