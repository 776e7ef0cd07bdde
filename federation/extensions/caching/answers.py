"""The request layer of the cache: headers of answers, the trace, and whole answers of public operations."""

from hashlib import blake2b
from typing import Any, Final

import orjson

from federation.extensions.caching.cache import Cache
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.keys import PUBLIC, CacheKey, KeySpace
from federation.extensions.caching.record import Part, Record, record_of, recorded
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RawHeaders, RequestContext

DEBUG_HEADER: Final = "interlace-cache-debug"
MOST_OPERATIONS: Final = 10_000
MOST_TAGS: Final = 1_000
# Answers with errors begin so: they are encoded before the data.
_WITH_ERRORS: Final = b'{"errors"'


class AnswerCaching:
    """Says how long answers hold, and keeps whole ones in memory where nothing of them is anyone's own.

    `debug` is `off`, `header` (who sends `interlace-cache-debug: 1` gets the trace) or `always`. `supergraph` tells
    graphs apart: of another one, nothing that was kept is used. Where it `keeps` nothing, only parts are kept.
    """

    def __init__(self, cache: Cache, supergraph: str, *, debug: str = "off", keeps: bool = True) -> None:
        self._cache = cache
        self._supergraph = blake2b(supergraph.encode(), digest_size=20).digest()
        self._debug = debug
        self._keeps = keeps
        # The operations of which an answer was kept: all others are not looked for.
        self._kept: dict[tuple[str, str | None], bytes] = {}

    def wrap(self, inner: Handler) -> Handler:
        """The handler that looks for a whole answer first."""

        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            question = self._kept.get((request.query, request.operation_name))
            if question is not None:
                found = await self._find(question, request, context)
                if found is not None:
                    return self._shown(found, request, record_of(context.scratch))
            made = await inner(request, context)
            record = recorded(context.scratch)
            if record is None:
                return made
            if made.refused or made.body.startswith(_WITH_ERRORS):
                headers: RawHeaders = ((b"cache-control", b"no-store"),)
            else:
                headers = record.headers()
                if self._keeps and context.is_impersonal and record.is_public:
                    self._keep(request, made, record)
            context.answer_headers.extend(headers)
            return self._shown(made, request, record)

        return answer

    async def _find(self, question: bytes, request: ClientRequest, context: RequestContext) -> ClientAnswer | None:
        cache = self._cache
        if cache.history.is_due:
            await cache.history.look()
        now = cache.clock()
        entry = cache.find(_key(question, request), now)
        if entry is None or now >= entry.fresh_until:
            return None
        cache.counters.answer_hits += 1
        remaining, age = entry.fresh_until - now, now - entry.stored_at
        record = record_of(context.scratch)
        record.parts.append(Part("", "", "hit", remaining=remaining, age=age, is_public=True, hits=1))
        context.answer_headers.extend(record.headers())
        return ClientAnswer(entry.body)

    def _keep(self, request: ClientRequest, made: ClientAnswer, record: Record) -> None:
        cache, now = self._cache, self._cache.clock()
        parts = [entry for part in record.parts for entry in part.parts]
        tags = dict.fromkeys(tag for entry in parts for tag in entry.tags)
        epochs = {entry.epoch for entry in parts}
        if record.remaining <= 0 or record.depends_on_headers or len(tags) > MOST_TAGS or len(epochs) != 1:
            return
        operation = (request.query, request.operation_name)
        question = self._kept.get(operation)
        if question is None:
            if len(self._kept) >= MOST_OPERATIONS:
                del self._kept[next(iter(self._kept))]
            question = self._kept[operation] = self._supergraph + orjson.dumps(operation)
        until = now + record.remaining
        cache.keep_here(
            _key(question, request),
            Entry(
                body=made.body,
                stored_at=now - record.age,
                renew_from=until,
                fresh_until=until,
                swr_until=until,
                sie_until=until,
                cost=0.0,
                epoch=parts[0].epoch,
                version=min(entry.version for entry in parts),
                tags=tuple(tags),
            ),
        )

    def _shown(self, answer: ClientAnswer, request: ClientRequest, record: Record) -> ClientAnswer:
        """The answer with its trace, where that is wanted and allowed."""
        if self._debug == "off" or (self._debug == "header" and request.headers.get(DEBUG_HEADER) != "1"):
            return answer
        body: dict[str, Any] = orjson.loads(answer.body)
        body.setdefault("extensions", {})["cache"] = [part.as_json() for part in record.parts]
        return answer._replace(body=orjson.dumps(body))


def _key(question: bytes, request: ClientRequest) -> CacheKey:
    return KeySpace(PUBLIC, question, request.variables, ()).whole()
