"""What clients may take of the server, and what of it the application decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

IsTooLarge: TypeAlias = Callable[[bytes, bytes, int], bool]
"""Whether a body of so many bytes is too large for whoever answers this method at this target (path and query)."""


def nothing_is_too_large(_method: bytes, _target: bytes, _length: int) -> bool:
    """Where the application does not say what it takes."""
    return False


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What clients may take; sizes in bytes, times in seconds.

    A request's head has to come within `head_seconds` of its first byte, its body within `client_seconds` of its head,
    and its answer has to be taken within as much. A connection may be idle for `idle_seconds`. A body that
    `is_too_large` is not waited for: the request is let in at once, to be refused, and is the connection's last.
    """

    most_connections: int = 10_000
    most_head_bytes: int = 32 << 10
    head_seconds: float = 10.0
    client_seconds: float = 30.0
    idle_seconds: float = 75.0
    is_too_large: IsTooLarge = nothing_is_too_large
