"""Read how often something may be had: `100/minute`, `20/second burst 40`, `1000/12h`."""

import re

from schemas.policy import Window

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
WINDOW = re.compile(r"\s*(\d+)\s*/\s*(?:(\d*)\s*(second|minute|hour|day)s?|(\d*)([smhd]))(?:\s+burst\s+(\d+))?\s*")
LONGEST = 31 * 86400


def read_window(text: str) -> Window:
    """The window that a text writes. Raises ValueError, which says what is wrong."""
    match = WINDOW.fullmatch(text)
    if match is None:
        message = f"{text!r} is not a rate: write it as '100/minute', '20/second burst 40' or '1000/12h'"
        raise ValueError(message)
    unit = match[3] or next(name for name in UNITS if name[0] == match[5])
    count, seconds = int(match[1]), int(match[2] or match[4] or 1) * UNITS[unit]
    burst = int(match[6]) if match[6] else None
    if not 1 <= seconds <= LONGEST:
        message = f"{text!r}: a rate is for 1 second to 31 days"
        raise ValueError(message)
    if burst == 0:
        message = f"{text!r}: a burst is at least 1"
        raise ValueError(message)
    return Window(count, float(seconds), burst)


def print_window(window: Window) -> str:
    """The text of a window, in its largest whole unit."""
    seconds = int(window.seconds)
    name, unit = next((name, unit) for name, unit in reversed(UNITS.items()) if seconds % unit == 0)
    times = seconds // unit
    burst = "" if window.burst is None else f" burst {window.burst}"
    return f"{window.count}/{name if times == 1 else f'{times}{name[0]}'}{burst}"
