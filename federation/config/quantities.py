"""Durations and sizes as people write them: `250ms`, `2s`, `1m`, `24h`; `64KiB`, `1MiB`."""

import re

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
BYTES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
QUANTITY = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")


def read_seconds(value: object) -> float:
    """Read a duration into seconds; a bare number is seconds. Raises ValueError."""
    return _read(value, SECONDS, "a duration such as 250ms, 2s or 1m")


def read_bytes(value: object) -> int:
    """Read a size into bytes; a bare number is bytes. Raises ValueError."""
    return int(_read(value, BYTES, "a size such as 64KiB or 1MiB"))


def _read(value: object, units: dict[str, float] | dict[str, int], expected: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = QUANTITY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or match[2] not in units:
        message = f"expected {expected}, found {value!r}"
        raise ValueError(message)
    return float(match[1]) * units[match[2]]
