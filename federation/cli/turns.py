"""Let the threads of this process take turns more often than Python does by itself."""

import sys

# An operation that is planned in its thread holds up the event loop for up to so long each time that the loop has
# waited for the network. benchmarks/beside_planning.py measures it.
TURN_SECONDS = 0.0002


def take_short_turns() -> None:
    """From now on a busy thread lets others run after a fifth of a millisecond, where Python's own turn is five."""
    sys.setswitchinterval(TURN_SECONDS)
