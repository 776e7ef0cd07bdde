"""Answer a request by what is kept, by asking the service whether that still holds, or by the service's own answer.

Requests for the same that come while one of them is on its way wait for what it brings, and use it where it may be
kept. Where it may not, they had waited for nothing, so for a while nobody waits for answers to this target.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from connectors.errors import CallFailed
from federation.errors import RequestError
from federation.extensions.caching.flights import Flights, LeaderLeft
from federation.extensions.caching.freshness import read_directives
from federation.extensions.caching.keys import PUBLIC, CacheKey, private_to
from federation.routes.conditions import not_modified
from federation.routes.kept_answers import Kept, KeptAnswers, Question, refreshed
from federation.routes.routed import RoutedAnswer

log = logging.getLogger(__name__)

Lines: TypeAlias = tuple[tuple[str, str], ...]
Ask: TypeAlias = Callable[[Lines | None], Awaitable[RoutedAnswer]]
"""Asks the service: under the client's own conditions (None), or under these alone. Raises CallFailed, RequestError."""

SAFE: Final = frozenset({"GET", "HEAD"})
CONDITIONAL: Final = frozenset({"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"})
NOT_MODIFIED: Final = 304
FIRST_FAILURE: Final = 500
# A request waits no longer than this for what another one brings.
JOIN_SECONDS: Final = 2.0
# For how long nobody waits for answers to a target of which one could not be kept; and of how many that is known.
APART_SECONDS: Final = 60.0
MOST_APART: Final = 10_000


class Reusing:
    """The way to the answers of one route. Belongs to one event loop."""

    def __init__(self, kept: KeptAnswers) -> None:
        self._kept = kept
        self._cache = kept.cache
        self._flights: Flights[None] = Flights()
        self._apart: dict[CacheKey, float] = {}

    async def respond(self, question: Question, ask: Ask) -> RoutedAnswer:
        """The answer to a request. Raises what `ask` raises."""
        directives = read_directives(question.headers.get("cache-control", ""))
        if question.method not in SAFE or "range" in question.headers or "no-store" in directives:
            answer = await ask(None)
            if question.method not in SAFE and answer.status < 400:
                await self._kept.forget(question.target)
            return answer
        until = asyncio.get_running_loop().time() + JOIN_SECONDS
        while True:
            kept = await self._kept.find(question)
            if kept is not None:
                found = self._usable(kept, question, directives, ask)
                if found is not None:
                    return not_modified(found, question.headers)
            key = self._joined_by(question, directives)
            flight = self._flights.of(key) if key is not None else None
            if flight is None:
                return await self._fetch(key, question, kept, ask)
            if not await self._wait(flight, until):
                return await self._fetch(None, question, kept, ask)

    def _usable(self, kept: Kept, question: Question, directives: Mapping[str, str], ask: Ask) -> RoutedAnswer | None:
        """What may be shown without waiting for the service; where it is stale, a new one is fetched meanwhile."""
        now = self._cache.clock()
        if _is_to_be_asked(question.headers, directives) or not _is_young(kept, directives, now):
            return None
        if now < kept.fresh_until:
            self._cache.counters.answer_hits += 1
            return kept.shown(now)
        if now >= kept.swr_until:
            return None
        key = self._key(question)
        if self._flights.of(key) is None:
            self._cache.counters.refreshes += 1
            self._cache.background.start(partial(self._refresh, key, question, kept, ask))
        self._cache.counters.stale_hits += 1
        return kept.shown(now)

    async def _refresh(self, key: CacheKey, question: Question, kept: Kept, ask: Ask) -> None:
        if self._flights.of(key) is None:
            try:
                answer = await self._fetch(key, question, kept, ask)
            except (CallFailed, RequestError) as error:
                log.info("a kept answer could not be renewed", extra={"code": error.code})
                return
            if answer.rest is not None:
                await answer.rest.close()

    async def _wait(self, flight: "asyncio.Future[None]", until: float) -> bool:
        """Wait for what another request brings; whether to look for it."""
        self._cache.counters.joined += 1
        try:
            await self._flights.wait(flight, until)
        except TimeoutError:
            return False
        except LeaderLeft:
            pass  # it is in the cache, or it is nobody's
        return True

    async def _fetch(self, key: CacheKey | None, question: Question, kept: Kept | None, ask: Ask) -> RoutedAnswer:
        """Ask the service, and keep what it says; whoever waits for the key is told."""
        taken = self._flights.lead([key]) if key is not None else set()
        try:
            answer, may_be_kept = await self._ask(question, kept, ask)
        finally:
            self._flights.land(taken, {})
        if key is not None and not may_be_kept:
            self._set_apart(key)
        return answer

    async def _ask(self, question: Question, kept: Kept | None, ask: Ask) -> tuple[RoutedAnswer, bool]:
        """The answer for the client; and whether others may hope for what it brings."""
        conditions = kept.conditions() if kept is not None and question.method == "GET" else ()
        begun = self._kept.begin()
        try:
            answer = await ask(conditions or None)
        except CallFailed:
            if kept is None or self._cache.clock() >= kept.sie_until:
                raise
            self._cache.counters.rescued += 1
            return not_modified(kept.shown(self._cache.clock()), question.headers), True
        if kept is not None and conditions and answer.status == NOT_MODIFIED:
            answer = refreshed(kept.answer, answer)
            is_kept = self._kept.keep(question, answer, begun)
            return not_modified(answer, question.headers), is_kept
        if kept is not None and answer.status >= FIRST_FAILURE and self._cache.clock() < kept.sie_until:
            if answer.rest is not None:
                await answer.rest.close()
            self._cache.counters.rescued += 1
            return not_modified(kept.shown(self._cache.clock()), question.headers), True
        is_kept = self._kept.keep(question, answer, begun)
        shown = not_modified(answer, question.headers) if conditions else answer
        return shown, is_kept or answer.status >= FIRST_FAILURE

    def _joined_by(self, question: Question, directives: Mapping[str, str]) -> CacheKey | None:
        """By what requests wait for one another; None for one that waits for nobody, and for which nobody waits."""
        if question.method != "GET" or _is_to_be_asked(question.headers, directives):
            return None
        if (question.has_credentials and not question.scope) or not CONDITIONAL.isdisjoint(question.headers):
            return None
        key = self._key(question)
        until = self._apart.get(key)
        if until is not None and self._cache.clock() < until:
            return None
        self._apart.pop(key, None)
        return key

    def _key(self, question: Question) -> CacheKey:
        scope = private_to(question.scope) if question.has_credentials and question.scope else PUBLIC
        return self._kept.key(scope, question, None)

    def _set_apart(self, key: CacheKey) -> None:
        if len(self._apart) >= MOST_APART:
            del self._apart[next(iter(self._apart))]
        self._apart[key] = self._cache.clock() + APART_SECONDS


def _is_to_be_asked(headers: Mapping[str, str], directives: Mapping[str, str]) -> bool:
    """Whether the client wants nothing of which the service has not said that it still holds."""
    return "no-cache" in directives or headers.get("pragma", "").lower() == "no-cache"


def _is_young(kept: Kept, directives: Mapping[str, str], now: float) -> bool:
    """Whether the client takes an answer of this age (RFC 9111, sections 5.2.1.1 and 5.2.1.3)."""
    oldest, left = directives.get("max-age"), directives.get("min-fresh")
    if oldest is not None and not (oldest.isdecimal() and now - kept.stored_at <= int(oldest)):
        return False
    return left is None or (left.isdecimal() and kept.fresh_until - now >= int(left))
