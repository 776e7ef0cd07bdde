"""Call a service at one of its endpoints, in turn, passing over those that refuse connections."""

from collections.abc import Iterator, Sequence

from connectors.errors import BindingInvalid, CallFailed, Unreachable
from connectors.grpc.endpoint import Endpoint, GrpcRequest

MOST_BYTES = 10 * 1024 * 1024


class GrpcService:
    """One service and its endpoints (`host:port`).

    Only `call` and `close` change its state, both in the loop that first calls it. `most_bytes` bounds one message, and
    all messages of a stream together.
    """

    def __init__(self, name: str, addresses: Sequence[str], most_bytes: int = MOST_BYTES) -> None:
        if not addresses:
            raise BindingInvalid(f"the service '{name}' has no endpoint: give its source an address, or list endpoints")
        self.name = name
        self._endpoints = tuple(Endpoint(address, most_bytes) for address in addresses)
        self._next = 0

    async def call(self, request: GrpcRequest) -> tuple[bytes, ...]:
        """The messages of the answer of one endpoint. Raises CallFailed.

        A request that was not sent, because the connection was refused, goes to the next endpoint; one that may have
        been sent goes there only if it is idempotent.
        """
        refused: list[str] = []
        failed: CallFailed | None = None
        for endpoint in self._in_turn():
            if not await endpoint.connect(request.deadline):
                refused.append(endpoint.address)
                continue
            try:
                return await endpoint.call(request)
            except Unreachable as error:
                if not request.idempotent:
                    raise
                failed = error
        raise failed or Unreachable(
            "the service cannot be reached", detail=f"{self.name}: no connection to {', '.join(refused)}"
        )

    async def close(self) -> None:
        """Close all connections; calls in flight fail. Safe to call twice."""
        for endpoint in self._endpoints:
            await endpoint.close()

    def _in_turn(self) -> Iterator[Endpoint]:
        start = self._next
        self._next = (start + 1) % len(self._endpoints)
        yield from self._endpoints[start:]
        yield from self._endpoints[:start]
