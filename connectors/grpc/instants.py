"""Moments and spans as text and as protobuf counts them: whole seconds and nanoseconds, none of which is lost."""

import re
from datetime import datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  a naive moment prints without an offset, and all of these are UTC
FIRST_SECOND = -62_135_596_800  # 0001-01-01T00:00:00Z
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
LONGEST_SPAN = 315_576_000_000  # seconds: about 10,000 years, as duration.proto says
NANOS = 1_000_000_000
TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
THREE_DIGITS = tuple(f"{number:03d}" for number in range(1_000))
MINUTES = tuple(f"T{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60))

MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
SPAN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?s", re.ASCII)


def moment_text(seconds: int, nanos: int) -> str:
    """A moment as ISO 8601 in UTC, with 0, 3, 6 or 9 digits of a second; raises ValueError outside years 1 to 9999.

    Answers are full of moments: tables instead of formatting, and one function instead of three, halve its time.
    """
    if not (FIRST_SECOND <= seconds <= LAST_SECOND and 0 <= nanos < NANOS):
        raise ValueError(f"{seconds} s and {nanos} ns are not a moment of the years 1 to 9999")
    day = seconds // 86_400
    second = seconds - day * 86_400
    minute = second // 60
    if nanos == 0:
        return f"{_day_text(day)}{MINUTES[minute]}{TWO_DIGITS[second - minute * 60]}Z"
    micros = nanos // 1_000
    millis = nanos // 1_000_000
    fraction = THREE_DIGITS[millis]
    if millis * 1_000_000 != nanos:
        fraction += THREE_DIGITS[micros - millis * 1_000]
        if micros * 1_000 != nanos:
            fraction += THREE_DIGITS[nanos - micros * 1_000]
    return f"{_day_text(day)}{MINUTES[minute]}{TWO_DIGITS[second - minute * 60]}.{fraction}Z"


def parse_moment(text: str) -> tuple[int, int]:
    """Seconds since 1970 and nanoseconds of ISO 8601 text with an offset; raises ValueError for anything else."""
    match = MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("expected a moment such as 2023-01-01T10:00:00.5Z")
    day, clock, fraction, sign, hours, minutes = match.groups()
    seconds = (datetime.fromisoformat(f"{day}T{clock}") - EPOCH) // timedelta(seconds=1)
    if sign:
        if int(hours) > 23 or int(minutes) > 59:
            raise ValueError("the offset from UTC is not one of a clock")
        ahead = int(hours) * 3600 + int(minutes) * 60
        seconds += -ahead if sign == "+" else ahead
    if not FIRST_SECOND <= seconds <= LAST_SECOND:
        raise ValueError("the moment is outside the years 1 to 9999")
    return seconds, _nanos(fraction)


def span_text(seconds: int, nanos: int) -> str:
    """A span as seconds with `s`, as in `-1.500s`; raises ValueError when seconds and nanoseconds disagree."""
    if abs(seconds) > LONGEST_SPAN or abs(nanos) >= NANOS or seconds * nanos < 0:
        raise ValueError(f"{seconds} s and {nanos} ns are not a span")
    sign = "-" if seconds < 0 or nanos < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanos))}s"


def parse_span(text: str) -> tuple[int, int]:
    """Seconds and nanoseconds, of the same sign, of text such as `1.5s`; raises ValueError for anything else."""
    match = SPAN.fullmatch(text)
    if match is None:
        raise ValueError("expected a span in seconds such as 1.5s")
    sign, whole, fraction = match.groups()
    seconds, nanos = int(whole), _nanos(fraction)
    if seconds > LONGEST_SPAN:
        raise ValueError("the span is longer than 10,000 years")
    return (-seconds, -nanos) if sign else (seconds, nanos)


@lru_cache(maxsize=4096)
def _day_text(days: int) -> str:
    return (EPOCH + timedelta(days=days)).date().isoformat()


def _fraction(nanos: int) -> str:
    if not nanos:
        return ""
    if nanos % 1_000_000 == 0:
        return f".{nanos // 1_000_000:03d}"
    if nanos % 1_000 == 0:
        return f".{nanos // 1_000:06d}"
    return f".{nanos:09d}"


def _nanos(fraction: str | None) -> int:
    return int(fraction.ljust(9, "0")) if fraction else 0
