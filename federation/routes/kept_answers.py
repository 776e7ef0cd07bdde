"""Keep answers to GET requests as a shared cache does (RFC 9111), in the same cache as everything else.

What a service says of its answer decides: nothing is kept that says nothing of time. An answer that is not for
everybody is kept for the identity that asked, and not at all where the gateway does not know whose credentials passed.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import orjson

from federation.extensions.caching.cache import Cache
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.freshness import Freshness, freshness_of, read_directives
from federation.extensions.caching.keys import PUBLIC, CacheKey, KeySpace, Scope, private_to
from federation.extensions.caching.tags import own_tag, service_tag
from federation.request import RawHeaders
from federation.routes.conditions import age_of, not_modified
from federation.routes.routed import RoutedAnswer

KEPT_STATUSES: Final = frozenset({200, 203, 301, 404, 410})
SAFE: Final = frozenset({"GET", "HEAD"})
SHARED_WITH_CREDENTIALS: Final = frozenset({"public", "s-maxage"})


class Begun(NamedTuple):
    """What was known when a request was sent on: what is made invalid from then on does not hold."""

    at: float
    version: int
    epoch: str


class Question(NamedTuple):
    """One request, as the cache sees it: `scope` tells identities apart, and is empty for the anonymous.

    It `has_credentials` of any kind that reach the service.
    """

    target: str
    method: str
    headers: Mapping[str, str]
    scope: str
    has_credentials: bool


class KeptAnswers:
    """The answers of one route."""

    def __init__(self, cache: Cache, service: str, route: str) -> None:
        self._cache = cache
        self._service = service
        self._route = route

    def begin(self) -> Begun:
        """Take note of what is known before a request is sent on."""
        return Begun(self._cache.clock(), self._cache.known.version, self._cache.known.epoch)

    async def find(self, question: Question) -> RoutedAnswer | None:
        """A kept answer that still holds, and that the client accepts."""
        directives = read_directives(question.headers.get("cache-control", ""))
        if question.method not in SAFE or "range" in question.headers or "no-store" in directives:
            return None
        if "no-cache" in directives or question.headers.get("pragma", "").lower() == "no-cache":
            return None
        if self._cache.history.is_due:
            await self._cache.history.look()
        scopes = [PUBLIC, *([private_to(question.scope)] if question.scope else [])]
        for scope in scopes:
            entry = await self._entry(scope, question)
            if entry is not None and self._is_young(entry, directives):
                self._cache.counters.answer_hits += 1
                return self._shown(entry, question)
        return None

    def keep(self, question: Question, answer: RoutedAnswer, begun: Begun) -> None:
        """Keep an answer if it may be."""
        headers = _joined(answer.headers)
        said = freshness_of(headers, begun.at)
        scope = self._scope(question, read_directives(headers.get("cache-control", "")))
        if scope is None or not _is_storable(question, answer, headers, said):
            self._cache.counters.not_stored += 1
            return
        varies = sorted({name.strip().lower() for name in headers.get("vary", "").split(",") if name.strip()})
        lines = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers]
        body = orjson.dumps([answer.status, lines]) + b"\n" + answer.body
        self._cache.keep(
            {
                self._key(scope, question, None): self._made(orjson.dumps(varies), said, question, begun),
                self._key(scope, question, varies): self._made(body, said, question, begun),
            }
        )

    async def forget(self, target: str) -> None:
        """Let nothing hold any more that is kept of this target, with any query (RFC 9111, section 4.4)."""
        await self._cache.invalidate([self._path_tag(target)])

    async def _entry(self, scope: Scope, question: Question) -> Entry | None:
        index = await self._get(self._key(scope, question, None))
        return None if index is None else await self._get(self._key(scope, question, orjson.loads(index.body)))

    async def _get(self, key: CacheKey) -> Entry | None:
        now = self._cache.clock()
        entry = self._cache.find(key, now)
        if entry is None and self._cache.is_shared:
            entry = (await self._cache.find_shared([key], now)).get(key)
        return entry if entry is not None and now < entry.fresh_until else None

    def _is_young(self, entry: Entry, directives: Mapping[str, str]) -> bool:
        """Whether the client takes an answer of this age (RFC 9111, sections 5.2.1.1 and 5.2.1.3)."""
        now, oldest, left = self._cache.clock(), directives.get("max-age"), directives.get("min-fresh")
        if oldest is not None and not (oldest.isdecimal() and now - entry.stored_at <= int(oldest)):
            return False
        return left is None or (left.isdecimal() and entry.fresh_until - now >= int(left))

    def _shown(self, entry: Entry, question: Question) -> RoutedAnswer:
        head, _, body = entry.body.partition(b"\n")
        status, lines = orjson.loads(head)
        age = int(self._cache.clock() - entry.stored_at) + age_of(dict(lines))
        kept = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines if name != "age"]
        answer = RoutedAnswer(status, (*kept, (b"age", str(age).encode())), body)
        return not_modified(answer, question.headers)

    def _scope(self, question: Question, directives: Mapping[str, str]) -> Scope | None:
        """For whom an answer is kept; None for nobody."""
        own = private_to(question.scope) if question.scope else None
        if "private" in directives:
            return own
        if question.has_credentials and SHARED_WITH_CREDENTIALS.isdisjoint(directives):
            return own  # RFC 9111, section 3.5
        return PUBLIC

    def _key(self, scope: Scope, question: Question, varies: list[str] | None) -> CacheKey:
        name = orjson.dumps(["route", self._service, self._route, question.target, varies is None])
        sent = tuple((each, question.headers.get(each, "")) for each in varies or ())
        return KeySpace(scope, name, {}, sent).whole()

    def _made(self, body: bytes, said: Freshness, question: Question, begun: Begun) -> Entry:
        until = begun.at + (said.fresh or 0.0)
        tags = (service_tag(self._service), self._path_tag(question.target), *map(own_tag, said.tags))
        return Entry(body, begun.at, until, until, until, until, 0.0, begun.epoch, begun.version, tags)

    def _path_tag(self, target: str) -> str:
        return f"path:{self._service}:{target.partition('?')[0]}"


def _joined(lines: RawHeaders) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in lines:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _is_storable(question: Question, answer: RoutedAnswer, headers: Mapping[str, str], said: Freshness) -> bool:
    """RFC 9111, section 3; a cookie that a service sets is for one client, whatever else is said."""
    return (
        question.method == "GET"
        and answer.status in KEPT_STATUSES
        and answer.rest is None
        and "set-cookie" not in headers
        and "range" not in question.headers
        and "no-store" not in read_directives(question.headers.get("cache-control", ""))
        and said.storable
        and bool(said.fresh)
    )
