"""Answer the calls of one graph from the cache: fetch what is missing, and only that, once."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from math import log
from typing import Final, TypeAlias

import orjson

from connectors.errors import TimedOut
from connectors.http.validators import Listening, Validators
from connectors.protocol import Answer, AnswerError, CallRequest
from federation.extensions.caching.answering import answer_of, part_of, ran_out_of_time
from federation.extensions.caching.asking import Asking, Lookup
from federation.extensions.caching.cache import Cache, Landed
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.flights import LeaderLeft
from federation.extensions.caching.freshness import freshness_of, narrowest
from federation.extensions.caching.keys import CacheKey
from federation.extensions.caching.question import Question
from federation.extensions.caching.record import Part, record_of
from federation.extensions.caching.storing import Storing
from federation.extensions.caching.why_not import FAILED, FORBIDDEN, UNDECLARED
from federation.layer import CallHandler

Flight: TypeAlias = "asyncio.Future[Landed]"

# A refresh that nobody waits for may take so long (seconds).
REFRESH_SECONDS: Final = 10.0


class GraphCache:
    """Stands around the calls of one graph, `inner`; tasks of one event loop use it.

    `validators` are what answers with an entity tag are asked for again by.
    """

    def __init__(
        self, inner: CallHandler, cache: Cache, storing: Storing, asking: Asking, validators: Validators | None
    ) -> None:
        self._inner = inner
        self._cache = cache
        self._storing = storing
        self._asking = asking
        self._validators = validators

    async def call(self, request: CallRequest) -> Answer:
        """The answer, from the cache as far as it has it."""
        cache = self._cache
        questions = self._asking.questions(request.fetches)
        part = Part(self._asking.graph, self._asking.service, passes_headers=self._asking.passes_headers)
        record_of(request.context.scratch).parts.append(part)
        why_not = self._asking.why_not(questions, request)
        if why_not is not None:
            part.reason = why_not.text
            cache.counters.passed_by += 1
            cache.not_cached[why_not.word] += 1
            return await self._inner(request)
        if cache.history.is_due:
            await cache.history.look()
        whole = self._asking.whole_key(questions, request)
        if whole is not None:
            entry = cache.find(whole, cache.clock())
            if entry is not None:
                return self._answer_whole(entry, questions, request, part)
        lookup = self._asking.lookup(questions, request)
        self._look_in_memory(lookup, request)
        raw = None
        if len(lookup.found) < len(lookup.first):
            raw = await self._find_rest(lookup, request)
        elif lookup.here:
            cache.counters.calls_saved += 1
            if whole is not None:
                self._keep_whole(whole, lookup)
        part_of(lookup, questions, part, cache.clock())
        if part.reason:
            is_declared = all(each.hint is not None for each in questions)
            cache.not_cached[FAILED if part.status == "error" else FORBIDDEN if is_declared else UNDECLARED] += 1
        return raw or answer_of(lookup, request)

    def _look_in_memory(self, lookup: Lookup, request: CallRequest) -> None:
        cache, now = self._cache, self._cache.clock()
        aging: list[CacheKey] = []
        keys = list(lookup.first)
        for key, entry in zip(keys, cache.find_all(keys, now), strict=True):
            if entry is None:
                continue
            if now < entry.renew_from:
                lookup.found[key] = Landed(entry)
            else:
                self._use_aging(lookup, key, entry, now, aging)
        lookup.here = len(lookup.found)
        cache.counters.hits += lookup.here
        cache.counters.misses += len(keys) - lookup.here
        if aging:
            self._refresh(lookup, request, aging)

    def _use_aging(self, lookup: Lookup, key: CacheKey, entry: Entry, now: float, aging: list[CacheKey]) -> None:
        """Use what is about to end, or has ended, as far as that is allowed."""
        if now < entry.fresh_until:
            lookup.found[key] = Landed(entry)
            # So that not all miss at once when it ends (XFetch: Vattani et al., VLDB 2015).
            if now - entry.cost * log(1.0 - self._cache.draw()) >= entry.fresh_until:
                aging.append(key)
        elif now < entry.swr_until:
            lookup.found[key] = Landed(entry)
            self._cache.counters.stale_hits += 1
            aging.append(key)
        elif now < entry.sie_until:
            lookup.rescue[key] = entry

    def _keep_whole(self, key: CacheKey, lookup: Lookup) -> None:
        """Keep what was put together of many entries, until the first of them ages: it is likely to be asked again."""
        entries = [landed.entry for landed in map(lookup.found.__getitem__, lookup.keys) if landed.entry is not None]
        until = min(entry.renew_from for entry in entries)
        known, now = self._cache.known, self._cache.clock()
        if until <= now or known.newest > known.version:
            return
        made = Entry(
            body=b"[%b]" % b",".join([entry.body for entry in entries]),
            stored_at=min(entry.stored_at for entry in entries),
            renew_from=until,
            fresh_until=until,
            swr_until=until,
            sie_until=until,
            cost=0.0,
            epoch=known.epoch,
            version=known.version,
            tags=tuple({tag for entry in entries for tag in entry.tags}),
        )
        self._cache.keep_here(key, made)

    def _answer_whole(self, entry: Entry, questions: Sequence[Question], request: CallRequest, part: Part) -> Answer:
        cache, now, count = self._cache, self._cache.clock(), len(request.representations)
        cache.counters.hits += count
        cache.counters.calls_saved += 1
        part.status, part.entries, part.hits, part.parts = "hit", count, count, (entry,)
        part.remaining, part.age = entry.fresh_until - now, now - entry.stored_at
        part.is_public = all(each.hint is not None and each.hint.is_public for each in questions)
        return Answer(orjson.loads(entry.body))

    async def _find_rest(self, lookup: Lookup, request: CallRequest) -> Answer | None:
        """Fetch what is missing, or wait for who does. An answer that brought all of it is given as it came."""
        flights = self._cache.flights
        while rest := [key for key in lookup.first if key not in lookup.found]:
            taken = flights.lead(rest)
            # Taken note of before anything is awaited: by then they may have landed.
            others = {key: flight for key in rest if key not in taken and (flight := flights.of(key)) is not None}
            if taken:
                raw = await self._lead([key for key in rest if key in taken], lookup, request)
                if raw is not None:
                    return raw
            for key, flight in others.items():
                if not await self._join(key, flight, lookup, request):
                    return await self._inner(request)
        return None

    async def _join(self, key: CacheKey, flight: Flight, lookup: Lookup, request: CallRequest) -> bool:
        """Wait for who fetches it; says whether what that brings can be passed on."""
        deadline = request.context.deadline
        try:
            landed = await self._cache.flights.wait(flight, deadline)
        except LeaderLeft:
            self._look_again(key, lookup)
            return True
        except TimeoutError:
            landed = Landed(None, (AnswerError(TimedOut.code, "the service did not answer in time"),))
        if ran_out_of_time(landed) and asyncio.get_running_loop().time() < deadline:
            return True  # who fetched had less time than there is here
        lookup.found[key] = landed
        lookup.joined += 1
        self._cache.counters.joined += 1
        self._rescue((key,), lookup)
        return landed != Landed()

    def _look_again(self, key: CacheKey, lookup: Lookup) -> None:
        """Whoever followed on the one who left may have fetched it by now."""
        now = self._cache.clock()
        entry = self._cache.find(key, now)
        if entry is not None and now < entry.fresh_until:
            lookup.found[key] = Landed(entry)
            lookup.joined += 1

    async def _lead(
        self, taken: Sequence[CacheKey], lookup: Lookup, request: CallRequest, *, renews: bool = False
    ) -> Answer | None:
        """Fetch for all who wait: from the shared store, unless that has what is renewed, then from the service."""
        landed: dict[CacheKey, Landed] = {}
        try:
            if self._cache.is_shared and not renews:
                landed |= await self._from_shared(taken, lookup)
            rest = [key for key in taken if key not in landed]
            answer = await self._fetch(rest, lookup, request, landed) if rest else None
        except Exception:
            # Whoever waits asks for itself, all at once, and not one after the other.
            landed = dict.fromkeys(taken, Landed())
            raise
        finally:
            self._cache.flights.land(taken, landed)
        lookup.found.update(landed)
        is_rescued = self._rescue(rest, lookup)
        # What was fetched as a whole goes on as it came: nobody needs to read its text again.
        return answer if len(rest) == len(lookup.keys) and not is_rescued else None

    async def _from_shared(self, taken: Sequence[CacheKey], lookup: Lookup) -> dict[CacheKey, Landed]:
        now = self._cache.clock()
        landed: dict[CacheKey, Landed] = {}
        for key, entry in (await self._cache.find_shared(taken, now)).items():
            if now < entry.fresh_until:
                landed[key] = Landed(entry)
            elif now < entry.sie_until:
                lookup.rescue[key] = entry
        self._cache.counters.shared_hits += len(landed)
        self._cache.counters.calls_saved += len(landed) == len(lookup.first)
        lookup.here += len(landed)
        return landed

    async def _fetch(
        self, wanted: Sequence[CacheKey], lookup: Lookup, request: CallRequest, landed: dict[CacheKey, Landed]
    ) -> Answer:
        listening = Listening(self._validators)
        begun = self._storing.begin()
        asked = lookup.asked(wanted)
        narrowed = self._asking.narrowed(request, lookup, asked)
        answer = await self._inner(narrowed._replace(context=replace(request.context, listener=listening)))
        now = self._cache.clock()
        said = narrowest(freshness_of(headers, now) for headers in listening.heard)
        landed.update(self._storing.land(asked, answer, said, begun))
        return answer

    def _rescue(self, keys: Iterable[CacheKey], lookup: Lookup) -> bool:
        """Use what is stale where fetching failed and that is allowed; says whether anything is used."""
        if not lookup.rescue:
            return False
        failed = [key for key in keys if key in lookup.rescue and key in lookup.found and lookup.found[key].errors]
        for key in failed:
            lookup.found[key] = Landed(lookup.rescue[key])
        self._cache.counters.rescued += len(failed)
        return bool(failed)

    def _refresh(self, lookup: Lookup, request: CallRequest, keys: Sequence[CacheKey]) -> None:
        """Fetch anew what is about to end, or has; nobody waits for it."""
        taken = self._cache.flights.lead(keys)
        if not taken:
            return
        context = replace(
            request.context,
            deadline=asyncio.get_running_loop().time() + REFRESH_SECONDS,
            # What layers noted goes on; objects of connectors, which stand under their class, end with the request.
            scratch={key: each for key, each in request.context.scratch.items() if not isinstance(key, type)},
        )
        wanted = [key for key in keys if key in taken]
        if not self._cache.background.start(partial(self._renew, wanted, lookup, request._replace(context=context))):
            self._cache.flights.land(taken, {})

    async def _renew(self, keys: Sequence[CacheKey], lookup: Lookup, request: CallRequest) -> None:
        self._cache.counters.refreshes += 1
        await self._lead(keys, lookup.again(), request, renews=True)
