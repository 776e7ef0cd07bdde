"""Which errors a fallback stands in for: those of a service that failed, and not what it says of the request."""

from typing import Final

from connectors.protocol import AnswerError

# Asking again would change nothing about these, and a made-up value would hide what the client has to know.
_DENIALS: Final = frozenset(
    {
        "UNAUTHENTICATED",
        "FORBIDDEN",
        "RATE_LIMITED",
        "BAD_USER_INPUT",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "UPSTREAM_REQUEST_INVALID",
    }
)
_DENYING_GRPC: Final = frozenset(
    {
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "FAILED_PRECONDITION",
        "OUT_OF_RANGE",
        "UNAUTHENTICATED",
    }
)
_FAILING_HTTP: Final = frozenset({408, 425, 429})


def is_failure(error: AnswerError) -> bool:
    """Whether the service failed; a denial of the caller or of what they asked is none."""
    status = error.extensions.get("status")
    if isinstance(status, int) and 400 <= status < 500:
        return status in _FAILING_HTTP
    return error.code not in _DENIALS and error.extensions.get("grpcStatus") not in _DENYING_GRPC
