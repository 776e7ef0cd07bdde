"""Ask a gRPC endpoint by gRPC's health protocol whether it is well."""

from collections.abc import Awaitable, Callable

import grpc
from grpc_health.v1 import health_pb2

from connectors.errors import CallFailed
from connectors.grpc.channel import Channel

CHECK = "/grpc.health.v1.Health/Check"


def grpc_health(service: str) -> Callable[[Channel, float], Awaitable[bool]]:
    """An endpoint is well when it serves `service` (the empty text: anything); raises CallFailed if it does not answer.

    One that does not know the protocol has answered, and is well.
    """
    question = health_pb2.HealthCheckRequest(service=service).SerializeToString()

    async def ask(channel: Channel, deadline: float) -> bool:
        try:
            answer = await channel.ask(CHECK, question, deadline)
        except CallFailed as error:
            if error.extensions.get("grpcStatus") == grpc.StatusCode.UNIMPLEMENTED.name:
                return True
            raise
        found = health_pb2.HealthCheckResponse.FromString(answer)
        return bool(found.status == health_pb2.HealthCheckResponse.SERVING)

    return ask
