"""How long a client is told to wait: never too short, and not all clients the same."""

from collections.abc import Callable

JITTER = 0.1
MOST_JITTER_MS = 1000


def spread(wait: int, draw: Callable[[], float]) -> int:
    """Milliseconds until what can be had in `wait` microseconds; up to a tenth longer, so that not all come at once."""
    exact = -(-wait // 1000)
    return exact + int(draw() * min(exact * JITTER, MOST_JITTER_MS))
