"""The last good values of fields that fall back to them, in the cache: its bounds, its privacy, its invalidations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import orjson

from connectors.protocol import Answer, CallRequest
from federation.extensions.caching.cache import Cache
from federation.extensions.caching.freshness import Freshness
from federation.extensions.caching.keys import CacheKey
from federation.extensions.caching.storing import Asked, Begun, Storing
from federation.extensions.fallbacks.members import Member, Members

# Whatever the service says of reusing answers: this is for when there is none.
UNSAID: Final = Freshness()


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was good so many seconds ago."""

    value: Any
    age: float


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One field of one object of a call: of the object's number, or of the root."""

    number: int
    member: Member


class LastValues:
    """Keeps and finds them for one graph; `passed` are the client's headers that its service gets."""

    def __init__(self, cache: Cache, storing: Storing, passed: tuple[str, ...]) -> None:
        self._cache = cache
        self._storing = storing
        self._passed = passed

    def begin(self) -> Begun:
        """Take note of what is known before a call."""
        return self._storing.begin()

    def keep(self, request: CallRequest, members: Sequence[Members], answer: Answer, begun: Begun) -> None:
        """Keep what came, but for objects of which anything failed."""
        failed = {error.path[0] for error in answer.errors if error.path and isinstance(error.path[0], int)}
        if any(not error.path or isinstance(error.path[0], str) for error in answer.errors):
            return
        rows = answer.data if request.representations else [answer.data]
        for cell in cells_of(request, members):
            row = rows[cell.number]
            if cell.member.question is None or not isinstance(row, Mapping) or cell.number in failed:
                continue
            if row.get(cell.member.key) is not None:
                representation = request.representations[cell.number] if request.representations else None
                asked = {self._key(request, cell): Asked(cell.member.question, representation)}
                value = {cell.member.key: row[cell.member.key]}
                self._storing.land(asked, Answer([value] if representation is not None else value), UNSAID, begun)

    async def find(self, request: CallRequest, cells: Sequence[Cell]) -> dict[Cell, Value]:
        """The last values of these fields, where they are not too old."""
        now = self._cache.clock()
        keys = {cell: self._key(request, cell) for cell in cells if cell.member.question is not None}
        found = dict(zip(keys, self._cache.find_all(list(keys.values()), now), strict=True))
        missing = {cell: keys[cell] for cell, entry in found.items() if entry is None}
        shared = await self._cache.find_shared(missing.values(), now) if missing else {}
        values: dict[Cell, Value] = {}
        for cell, key in keys.items():
            entry = found[cell] or shared.get(key)
            if entry is not None and now < entry.sie_until:
                values[cell] = Value(orjson.loads(entry.body)[cell.member.key], now - entry.stored_at)
        return values

    def _key(self, request: CallRequest, cell: Cell) -> CacheKey:
        question = cell.member.question
        assert question is not None
        space = question.space(request.context, request.variables, self._passed)
        if not request.representations:
            return space.whole()
        contexts = request.context_values[cell.number] if request.context_values else None
        return space.entity(request.representations[cell.number], contexts)


def cells_of(request: CallRequest, members: Sequence[Members]) -> Iterator[Cell]:
    """Every field of every object that the call asks for."""
    if not request.representations:
        for each in members[0].values():
            yield from (Cell(0, member) for member in each)
        return
    counts = request.counts or (len(request.representations),)
    for by_type, end, count in zip(members, accumulate(counts), counts, strict=True):
        for number in range(end - count, end):
            typename = request.representations[number]["__typename"]
            yield from (Cell(number, member) for member in by_type.get(typename, ()))
