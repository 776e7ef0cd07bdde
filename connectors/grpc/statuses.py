"""Say what a gRPC status means to the gateway: clients get our words, the log gets the service's."""

import grpc

from connectors.errors import BadAnswer, BadStatus, CallFailed, NotConnected, TimedOut, Unreachable


class NotProcessed(NotConnected):
    """The service promised that it has not looked at the call, and never will: it may be sent anew."""


def failure(status: grpc.StatusCode, said: str, address: str, pushback: float | None = None) -> CallFailed:
    """The error for a status other than OK; `address` and the service's own text stand in its detail only."""
    detail = f"{address}: {status.name} {said}".rstrip()
    match status:
        case grpc.StatusCode.UNAVAILABLE:
            return Unreachable("the service cannot be reached", detail=detail, pushback=pushback)
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return timed_out(detail)
        case _:
            message = f"the service answered with the gRPC status {status.name}"
            extensions: dict[str, object] = {"grpcStatus": status.name}
            return BadStatus(message, detail=detail, extensions=extensions, pushback=pushback)


def timed_out(detail: str) -> TimedOut:
    """The deadline has passed."""
    return TimedOut("the service did not answer in time", detail=detail)


def broken(detail: str) -> Unreachable:
    """The connection was lost before the answer was complete."""
    return Unreachable("the service closed the connection before its answer was complete", detail=detail)


def bad_answer(detail: str) -> BadAnswer:
    """The answer is no message of the method's type."""
    return BadAnswer("the answer of the service is not what its type promises", detail=detail)


def is_not_found(error: CallFailed) -> bool:
    """Whether the service says that there is no such thing."""
    return error.extensions.get("grpcStatus") == grpc.StatusCode.NOT_FOUND.name
