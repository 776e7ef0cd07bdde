"""How much of everything one endpoint may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Bounds for the connections to one endpoint and for the answers on them.

    `max_waiting` calls wait for one of `max_connections`; further ones fail at once. `max_head_bytes` bounds all that
    is not body: interim answers, status line, headers, trailers. An idle connection is closed after `idle_seconds`,
    sooner than most servers do it, so that calls seldom meet a connection that is being closed.
    """

    max_connections: int = 100
    max_waiting: int = 1_000
    max_answer_bytes: int = 10 * 1024 * 1024
    max_head_bytes: int = 64 * 1024
    connect_seconds: float = 1.0
    idle_seconds: float = 4.0
