"""Misbehave on demand: be slow, fail, or answer nonsense, for all operations or for one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from examples.storefront.chassis.rest import Problem

MEMBERS = ("kind", "seconds", "status", "match", "body", "times")
EVERY_OPERATION = ""
# Written out, so that a REST program need not load gRPC to know them.
GRPC_FAILURES = frozenset(
    {
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    }
)


class Kind(StrEnum):
    """What goes wrong."""

    SLOW = "slow"
    FAIL = "fail"
    NONSENSE = "nonsense"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave.

    `seconds` is how long a slow answer takes; `status` is that of a failure: an HTTP status (500 unless told otherwise)
    or the name of a gRPC status (INTERNAL); `body` is the nonsense: a string is sent as it is, anything else as the
    service encodes it, nothing as bytes that no client can read; `times` is how many calls are hit before all is well
    again, None for every one.
    """

    kind: Kind
    seconds: float = 1.0
    status: int | str | None = None
    match: str = EVERY_OPERATION
    body: Any = None
    times: int | None = None


class Faults:
    """The faults of one program, one for each operation at most. Only its admin address changes them."""

    def __init__(self) -> None:
        self._by_operation: dict[str, Fault] = {}

    def set(self, fault: Fault) -> None:
        """Misbehave so from now on; `none` ends the fault of its operation, or without one every fault."""
        if fault.kind is not Kind.NONE:
            self._by_operation[fault.match] = fault
        elif fault.match == EVERY_OPERATION:
            self._by_operation.clear()
        else:
            self._by_operation.pop(fault.match, None)

    def take(self, operation: str) -> Fault | None:
        """The fault that hits this call, if any."""
        fault = self._by_operation.get(operation) or self._by_operation.get(EVERY_OPERATION)
        if fault is None or fault.times is None:
            return fault
        if fault.times > 1:
            self._by_operation[fault.match] = replace(fault, times=fault.times - 1)
        else:
            del self._by_operation[fault.match]
        return fault


def read_fault(value: Any) -> Fault:
    """A fault from JSON. Raises Problem 422 with every bad member."""
    if not isinstance(value, Mapping):
        raise Problem(422, "a fault is an object with a 'kind'")
    errors = _errors(value)
    if errors:
        raise Problem(422, "the fault cannot be read", errors)
    return Fault(**{**value, "kind": Kind(value["kind"])})


def _errors(value: Mapping[str, Any]) -> list[str]:
    errors = [f"'{name}' is not known; known are: {', '.join(MEMBERS)}" for name in value if name not in MEMBERS]
    if value.get("kind") not in list(Kind):
        errors.append(f"'kind' has to be one of {', '.join(Kind)}")
    seconds, times, status = value.get("seconds", 1.0), value.get("times"), value.get("status")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds < 0:
        errors.append("'seconds' has to be a number from 0")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        errors.append("'times' has to be a whole number from 1, or null for ever")
    if status is not None and status not in GRPC_FAILURES and status not in range(200, 600):
        errors.append("'status' has to be an HTTP status from 200 to 599, or the name of a gRPC status")
    if not isinstance(value.get("match", EVERY_OPERATION), str):
        errors.append("'match' has to be an operation, as the counts name it")
    return errors
