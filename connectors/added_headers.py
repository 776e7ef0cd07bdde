"""Put the headers that the gateway itself adds to a call in place of those that the call has."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Value = TypeVar("Value")


def with_added(
    headers: Iterable[tuple[str, Value]], added: Sequence[tuple[str, Value]]
) -> tuple[tuple[str, Value], ...]:
    """The headers, those of the same names replaced; the names of what is `added` are lower-cased."""
    names = {name for name, _ in added}
    return (*((name, value) for name, value in headers if name.lower() not in names), *added)
