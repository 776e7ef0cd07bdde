"""What the cache did for one request: the headers of its answer, and why something was not kept."""

from dataclasses import dataclass, field
from typing import Any, Final

from federation.extensions.caching.entry import Entry
from federation.request import RawHeaders

_KEY: Final = "federation.extensions.caching.record"


@dataclass(slots=True)
class Part:
    """What became of one fetch: of so many entries, some were here; `remaining` (seconds) is how long it still holds.

    `status` is one of hit, stale, partial, miss, joined, bypass and error; `reason` says why it is not kept.
    `is_public` where everybody gets the same; `passes_headers` where its service gets some of the client's. `parts` are
    the entries of which it was made.
    """

    graph: str
    service: str
    status: str = "bypass"
    entries: int = 1
    hits: int = 0
    reason: str = ""
    remaining: float = 0.0
    age: float = 0.0
    is_public: bool = False
    passes_headers: bool = False
    parts: tuple[Entry, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The part as traces show it."""
        shown: dict[str, Any] = {"graph": self.graph, "service": self.service, "status": self.status}
        if self.entries > 1 or self.hits:
            shown |= {"entries": self.entries, "hits": self.hits}
        if self.reason:
            shown["reason"] = self.reason
        else:
            scope = "public" if self.is_public else "private"
            shown |= {"scope": scope, "remaining": round(self.remaining, 3), "age": round(self.age, 3)}
        return shown


@dataclass(slots=True)
class Record:
    """The parts of one answer, in the order in which they came."""

    parts: list[Part] = field(default_factory=list)

    @property
    def depends_on_headers(self) -> bool:
        """Whether a service may have answered by the client's headers."""
        return any(part.passes_headers for part in self.parts)

    @property
    def remaining(self) -> float:
        """How long (seconds) all of the answer still holds."""
        return min((0.0 if part.reason else part.remaining for part in self.parts), default=0.0)

    @property
    def is_public(self) -> bool:
        """Whether everybody may have it."""
        return bool(self.parts) and all(part.is_public for part in self.parts)

    @property
    def age(self) -> float:
        """How old (seconds) the oldest part of it is."""
        return max((part.age for part in self.parts), default=0.0)

    def headers(self) -> RawHeaders:
        """`Cache-Control` and `Age` of the answer, from its most restrictive part.

        Caches subtract `Age` from `max-age` (RFC 9111, section 4.2), so that is counted from the oldest part on.
        """
        remaining, age = int(self.remaining), int(self.age)
        if remaining <= 0:
            return ((b"cache-control", b"no-store"),)
        scope = "public" if self.is_public else "private"
        control = (b"cache-control", f"{scope}, max-age={remaining + age}".encode())
        return (control, (b"age", str(age).encode())) if age else (control,)


def record_of(scratch: dict[object, Any]) -> Record:
    """The record of the request whose scratch this is."""
    found = scratch.get(_KEY)
    if found is None:
        found = scratch[_KEY] = Record()
    assert isinstance(found, Record)
    return found


def recorded(scratch: dict[object, Any]) -> Record | None:
    """The record, where anything was fetched."""
    found = scratch.get(_KEY)
    return found if isinstance(found, Record) else None
