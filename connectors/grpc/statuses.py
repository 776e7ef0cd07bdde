"""Say what a gRPC status means to the gateway: clients get our words, the log gets the service's."""

import grpc

from connectors.errors import AnswerTooLarge, BadAnswer, BadStatus, CallFailed, NotConnected, TimedOut, Unreachable

# How gRPC's client begins its details when it stops reading (the service's own refusals begin otherwise).
TOO_LARGE = "CLIENT: Received message larger than max"
# What it says of a call that it had no connection to send on.
NOT_CONNECTED = "failed to connect to all addresses"
PUSHBACK = "grpc-retry-pushback-ms"
NOT_AGAIN = -1.0


def failure(error: grpc.aio.AioRpcError, address: str) -> CallFailed:
    """The error for a status other than OK; `address` and the service's own text stand in its detail only."""
    status, said = error.code(), error.details() or ""
    detail = f"{address}: {status.name} {said}".rstrip()
    match status:
        case grpc.StatusCode.UNAVAILABLE if said.startswith(NOT_CONNECTED):
            return NotConnected("the service cannot be reached", detail=detail)
        case grpc.StatusCode.UNAVAILABLE:
            return Unreachable("the service cannot be reached", detail=detail, pushback=_pushback(error))
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return timed_out(detail)
        case grpc.StatusCode.RESOURCE_EXHAUSTED if TOO_LARGE in said:
            return too_large(detail)
        case _:
            message = f"the service answered with the gRPC status {status.name}"
            extensions: dict[str, object] = {"grpcStatus": status.name}
            return BadStatus(message, detail=detail, extensions=extensions, pushback=_pushback(error))


def timed_out(detail: str) -> TimedOut:
    """The deadline has passed."""
    return TimedOut("the service did not answer in time", detail=detail)


def too_large(detail: str) -> AnswerTooLarge:
    """The answer is larger than what the gateway takes."""
    return AnswerTooLarge("the answer of the service is too large", detail=detail)


def bad_answer(detail: str) -> BadAnswer:
    """The answer is no message of the method's type."""
    return BadAnswer("the answer of the service is not what its type promises", detail=detail)


def is_not_found(error: CallFailed) -> bool:
    """Whether the service says that there is no such thing."""
    return error.extensions.get("grpcStatus") == grpc.StatusCode.NOT_FOUND.name


def _pushback(error: grpc.aio.AioRpcError) -> float | None:
    """How long (seconds) the service asks to be left alone; below zero it asks not to be called again (gRFC A6)."""
    given = next((value for name, value in error.trailing_metadata() or () if name == PUSHBACK), None)
    if given is None:
        return None
    try:
        return int(given) / 1000
    except ValueError:
        return NOT_AGAIN  # gRFC A6: what cannot be read means so
