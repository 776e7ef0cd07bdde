"""Put the answer to a call together from what was found for its entries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from connectors.errors import TimedOut
from connectors.protocol import UNANSWERED, Answer, AnswerError, CallRequest
from federation.extensions.caching.asking import Lookup
from federation.extensions.caching.cache import Landed
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.question import Question
from federation.extensions.caching.record import Part


def answer_of(lookup: Lookup, request: CallRequest) -> Answer:
    """The answer; it is read anew from its text each time, so that requests never share an object that they change."""
    if not request.representations:
        landed = lookup.found[lookup.keys[0]]
        return Answer(None if landed.entry is None else orjson.loads(landed.entry.body), landed.errors)
    found = [lookup.found[key] for key in lookup.keys]
    bodies = [b"null" if each.entry is None else each.entry.body for each in found]
    values: list[Any] = orjson.loads(b"[%b]" % b",".join(bodies))
    errors: dict[int, AnswerError] = {}
    for number, each in enumerate(found):
        if each.entry is None:
            values[number] = UNANSWERED
        for error in each.errors:
            # An error of a whole call is told once, at the first place that it left empty.
            errors.setdefault(id(error), _placed(error, number, is_whole=each.entry is None))
    return Answer(values, tuple(errors.values()))


def part_of(lookup: Lookup, questions: Sequence[Question], part: Part, now: float) -> Part:
    """Fill in what became of the call."""
    entries = [landed.entry for landed in lookup.found.values() if landed.entry is not None]
    part.entries, part.hits = len(lookup.first), lookup.here
    part.status = _status(lookup, entries, now)
    if part.status == "error":
        part.reason = "the call failed"
    elif any(not _is_kept(entry) for entry in entries) or any(landed.errors for landed in lookup.found.values()):
        part.reason = next((each.reason for each in questions if each.hint is None), "") or "the service forbids it"
    part.parts = tuple(entries)
    part.remaining = max(0.0, min((entry.fresh_until for entry in entries), default=now) - now)
    part.age = max(0.0, now - min((entry.stored_at for entry in entries), default=now))
    part.is_public = all(each.hint is not None and each.hint.is_public for each in questions)
    return part


def ran_out_of_time(landed: Landed) -> bool:
    """Whether it failed since whoever fetched it had too little time."""
    return landed.entry is None and any(error.code == TimedOut.code for error in landed.errors)


def _placed(error: AnswerError, number: int, *, is_whole: bool) -> AnswerError:
    if error.path and isinstance(error.path[0], int):
        return replace(error, path=(number, *error.path[1:]))
    return replace(error, path=(number,)) if is_whole else error


def _is_kept(entry: Entry) -> bool:
    return entry.useful_until > entry.stored_at


def _status(lookup: Lookup, entries: Sequence[Entry], now: float) -> str:
    if len(entries) < len(lookup.found):
        return "error"
    if lookup.here == len(lookup.first):
        return "hit" if all(now < entry.fresh_until for entry in entries) else "stale"
    if lookup.here:
        return "partial"
    return "joined" if lookup.joined == len(lookup.first) else "miss"
