"""The table of outcomes: which answers and failures count against a service, and after which asking again may help.

A service that refuses a request is not sick: what the caller did wrong, or may not do, is neutral.
"""

from collections.abc import Mapping
from types import MappingProxyType

from connectors.errors import (
    AnswerTooLarge,
    BadAnswer,
    BadStatus,
    CallFailed,
    CircuitOpen,
    NoHealthyEndpoint,
    NotConnected,
    NotSendable,
    PoolExhausted,
    TimedOut,
    Unreachable,
)
from connectors.traffic.outcome import Outcome, Verdict

SUCCEEDED = Verdict(Outcome.SUCCESS)
NEUTRAL = Verdict(Outcome.NEUTRAL)
NEUTRAL_REPEATABLE = Verdict(Outcome.NEUTRAL, may_repeat=True)
FAILED = Verdict(Outcome.FAILURE)
FAILED_REPEATABLE = Verdict(Outcome.FAILURE, may_repeat=True)

# Statuses that differ from their class, which HTTP_CLASSES has.
HTTP_STATUSES: Mapping[int, Verdict] = MappingProxyType(
    {
        408: NEUTRAL_REPEATABLE,  # it waited for our request, which may have been lost on the way
        425: NEUTRAL_REPEATABLE,
        429: NEUTRAL_REPEATABLE,  # it protects itself, and works; asked again only when it says when
        500: FAILED,  # most often the same again
        501: NEUTRAL,  # as long as it does not know the method, so it will stay
        502: FAILED_REPEATABLE,
        503: FAILED_REPEATABLE,
        504: FAILED_REPEATABLE,
        505: NEUTRAL,
        507: FAILED,
        508: FAILED,
        511: FAILED,
    }
)
HTTP_CLASSES: Mapping[int, Verdict] = MappingProxyType(
    {1: FAILED, 2: SUCCEEDED, 3: SUCCEEDED, 4: NEUTRAL, 5: FAILED}  # 1: never the end of an answer
)
# gRPC's own statuses, as they stand in `grpcStatus`.
GRPC_STATUSES: Mapping[str, Verdict] = MappingProxyType(
    {
        "OK": SUCCEEDED,
        "CANCELLED": NEUTRAL_REPEATABLE,  # by the service, as it stops: what we cancel has no answer
        "UNKNOWN": FAILED,
        "INVALID_ARGUMENT": NEUTRAL,
        "DEADLINE_EXCEEDED": FAILED,
        "NOT_FOUND": NEUTRAL,
        "ALREADY_EXISTS": NEUTRAL,
        "PERMISSION_DENIED": NEUTRAL,
        "RESOURCE_EXHAUSTED": NEUTRAL_REPEATABLE,  # as 429
        "FAILED_PRECONDITION": NEUTRAL,
        "ABORTED": NEUTRAL,
        "OUT_OF_RANGE": NEUTRAL,
        "UNIMPLEMENTED": NEUTRAL,
        "INTERNAL": FAILED,
        "UNAVAILABLE": FAILED_REPEATABLE,
        "DATA_LOSS": FAILED,
        "UNAUTHENTICATED": NEUTRAL,
    }
)
# Codes of errors that came without any data; partial data is a success, an unknown code is neutral.
GRAPHQL_CODES: Mapping[str, Verdict] = MappingProxyType(
    {
        "INTERNAL_SERVER_ERROR": FAILED,
        "DOWNSTREAM_SERVICE_ERROR": FAILED,
        "SERVICE_UNAVAILABLE": FAILED_REPEATABLE,
        "OVERLOADED": FAILED_REPEATABLE,
        "TIMEOUT": FAILED,
        "GRAPHQL_PARSE_FAILED": NEUTRAL,
        "GRAPHQL_VALIDATION_FAILED": NEUTRAL,
        "BAD_USER_INPUT": NEUTRAL,
        "UNAUTHENTICATED": NEUTRAL,
        "FORBIDDEN": NEUTRAL,
        "RATE_LIMITED": NEUTRAL,
    }
)
# What broke on the way; the narrowest class counts.
TRANSPORT: Mapping[type[CallFailed], Verdict] = MappingProxyType(
    {
        NotConnected: FAILED_REPEATABLE,
        Unreachable: FAILED_REPEATABLE,
        TimedOut: FAILED_REPEATABLE,  # where there is time left, as only a part of it was given to one attempt
        BadAnswer: FAILED,
        AnswerTooLarge: NEUTRAL,  # we asked for too much
        NotSendable: NEUTRAL,
        PoolExhausted: NEUTRAL,  # our own bound
        CircuitOpen: NEUTRAL,
        NoHealthyEndpoint: NEUTRAL,
        CallFailed: FAILED,
    }
)


def judge_status(status: int) -> Verdict:
    """What an HTTP status says."""
    return HTTP_STATUSES.get(status) or HTTP_CLASSES.get(status // 100, FAILED)


def judge_failure(failure: CallFailed) -> Verdict:
    """What a failed call says; a service that asks for time is asked again only after it."""
    status = failure.extensions.get("grpcStatus")
    if isinstance(status, str):
        verdict = GRPC_STATUSES.get(status, FAILED)
    else:
        verdict = next(TRANSPORT[each] for each in type(failure).__mro__ if each in TRANSPORT)
    return with_pushback(verdict, failure.pushback, needs_it=status == "RESOURCE_EXHAUSTED")


def with_pushback(verdict: Verdict, pushback: float | None, *, needs_it: bool) -> Verdict:
    """The verdict with what the service asks for; without that, what `needs_it` is not asked again."""
    if pushback is None:
        return verdict._replace(may_repeat=False) if needs_it else verdict
    return verdict._replace(pushback=pushback, may_repeat=verdict.may_repeat and pushback >= 0)


def was_answered(failure: CallFailed | None) -> bool:
    """Whether there was any answer, be it one that means failure; the call may not even have been made."""
    return failure is None or isinstance(failure, BadStatus | AnswerTooLarge)
