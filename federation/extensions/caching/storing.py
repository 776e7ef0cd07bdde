"""Make entries of what a call brought: how long each may be kept, and which may not be kept at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from connectors.protocol import Answer, AnswerError
from federation.extensions.caching.cache import Cache, Landed
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.freshness import Freshness
from federation.extensions.caching.keys import CacheKey
from federation.extensions.caching.question import Question
from federation.extensions.caching.shown_entities import ShownEntities
from federation.extensions.caching.tags import entity_tag, own_tag

# An entity that is not there may come to be any moment.
MISSING_SECONDS: Final = 2.0
JITTER: Final = 0.1
# From the last tenth of its life on, an entry may be fetched anew before it ends.
EARLY_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry that is asked for: whose question it is, and the entity, where it is one's."""

    question: Question
    representation: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Begun:
    """When a call began: what was known then decides which invalidations its answer misses."""

    at: float
    version: int
    epoch: str


class Storing:
    """Makes entries of the answers of one graph; what its `service` says counts alone where it is `followed`."""

    def __init__(self, cache: Cache, shown: ShownEntities, *, follows: bool) -> None:
        self._cache = cache
        self._shown = shown
        self._follows = follows

    def begin(self) -> Begun:
        """Take note of what is known before a call."""
        known = self._cache.known
        return Begun(self._cache.clock(), known.version, known.epoch)

    def land(
        self, asked: Mapping[CacheKey, Asked], answer: Answer, said: Freshness, begun: Begun
    ) -> dict[CacheKey, Landed]:
        """What each key has of the answer, in their order; what may be kept is kept.

        Nothing that comes with an error is kept, and nothing that is not JSON is passed on.
        """
        values = _values(asked, answer)
        landed: dict[CacheKey, Landed] = {}
        kept: dict[CacheKey, Entry] = {}
        for number, (key, each) in enumerate(asked.items()):
            errors = answer.errors and _errors_of(answer, number, is_root=each.representation is None)
            if values is None:
                landed[key] = Landed(None, errors or answer.errors[:1])
                continue
            entry = self._entry(each, values[number], said, begun)
            landed[key] = Landed() if entry is None else Landed(entry, errors)
            if entry is not None and entry.useful_until > entry.stored_at and not errors:
                kept[key] = entry
        self._cache.counters.not_stored += len(asked) - len(kept)
        if kept:
            self._cache.keep(kept)
        return landed

    def _entry(self, asked: Asked, value: Any, said: Freshness, begun: Begun) -> Entry | None:
        try:
            body = orjson.dumps(value)
        except TypeError:
            return None
        now = self._cache.clock()
        fresh, swr, stale_if_error = self._lifetime(asked.question, said, is_missing=value is None)
        return Entry(
            body=body,
            stored_at=now,
            renew_from=now + fresh * (1 - EARLY_SHARE),
            fresh_until=now + fresh,
            swr_until=now + fresh + swr,
            sie_until=now + fresh + stale_if_error,
            cost=now - begun.at,
            epoch=begun.epoch,
            version=begun.version,
            tags=self._tags(asked, value) if not said.tags else (*self._tags(asked, value), *map(own_tag, said.tags)),
        )

    def _lifetime(self, question: Question, said: Freshness, *, is_missing: bool) -> tuple[float, float, float]:
        """Fresh, stale while it is fetched anew, and stale where that fails: each in seconds, the last two on top."""
        hint = question.hint
        if not said.storable or (hint is None and (said.fresh is None or not self._follows)):
            return 0.0, 0.0, 0.0
        declared = said.fresh if hint is None else hint.max_age * (1 + JITTER * (2 * self._cache.draw() - 1))
        assert declared is not None
        fresh = declared if said.fresh is None else min(declared, said.fresh)
        if is_missing:
            return min(fresh, MISSING_SECONDS), 0.0, 0.0
        swr, stale_if_error = said.swr, said.stale_if_error
        if hint is not None:
            swr = min(hint.swr, swr) if hint.swr and swr else hint.swr or swr
            stale_if_error = max(hint.stale_if_error, stale_if_error)
        return fresh, swr, stale_if_error

    def _tags(self, asked: Asked, value: Any) -> tuple[str, ...]:
        question, representation = asked.question, asked.representation
        if representation is None:
            return (*question.tags, *question.tags_of(self._shown, value, None))
        own = [entity_tag(*each) for each in self._shown.key_of(representation)]
        if question.shows_itself_alone:
            return (*question.tags, *own)
        return tuple(dict.fromkeys((*question.tags, *own, *question.tags_of(self._shown, value, representation))))


def _values(asked: Mapping[CacheKey, Asked], answer: Answer) -> Sequence[Any] | None:
    """The value of each key; None when the call failed as a whole."""
    if isinstance(answer.data, dict):
        return (answer.data,)
    return answer.data if isinstance(answer.data, list) and len(answer.data) == len(asked) else None


def _errors_of(answer: Answer, number: int, *, is_root: bool) -> tuple[AnswerError, ...]:
    """The errors that speak of an entry: its own, and those of the whole call."""
    if is_root or not answer.errors:
        return answer.errors
    return tuple(
        error
        for error in answer.errors
        if not error.path or not isinstance(error.path[0], int) or error.path[0] == number
    )
