"""Keep answers to GET requests as a shared cache does (RFC 9111), in the same cache as everything else.

What a service says of its answer decides: nothing is kept that says nothing of time. An answer that is not for
everybody is kept for the identity that asked, and not at all where the gateway does not know whose credentials passed.
One with a validator is kept longer than it is fresh, to ask the service whether it still holds.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import orjson

from federation.extensions.caching.cache import Cache
from federation.extensions.caching.entry import Entry
from federation.extensions.caching.freshness import Freshness, freshness_of, read_directives
from federation.extensions.caching.keys import PUBLIC, CacheKey, KeySpace, Scope, private_to
from federation.extensions.caching.tags import own_tag, service_tag
from federation.extensions.caching.why_not import FORBIDDEN
from federation.request import RawHeaders
from federation.routes.conditions import age_of
from federation.routes.routed import RoutedAnswer

KEPT_STATUSES: Final = frozenset({200, 203, 301, 404, 410})
SHARED_WITH_CREDENTIALS: Final = frozenset({"public", "s-maxage"})
# For how long an answer that is not fresh any more is kept to be asked about.
VALIDATED_SECONDS: Final = 3_600.0
# RFC 9111, section 3.2: what describes the body that is kept, and not the one that was not sent.
OF_THE_BODY: Final = frozenset({b"content-encoding", b"content-type", b"content-range", b"content-length"})
# What the answer to the earlier request said of its own age.
OF_THE_TIME: Final = frozenset({b"age", b"date"})


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


class Kept(NamedTuple):
    """A kept answer, as it came, and its times (Unix, seconds).

    It is fresh until `fresh_until`, may be shown until `swr_until` while a new one is fetched, and until `sie_until`
    where the service fails.
    """

    answer: RoutedAnswer
    stored_at: float
    fresh_until: float
    swr_until: float
    sie_until: float

    def conditions(self) -> tuple[tuple[str, str], ...]:
        """The headers that ask whether it still holds; none where it has no validator."""
        known = dict(self.answer.headers)
        asked = ((b"etag", "if-none-match"), (b"last-modified", "if-modified-since"))
        return tuple((name, known[of].decode("latin-1")) for of, name in asked if of in known)

    def shown(self, now: float) -> RoutedAnswer:
        """The answer with its age."""
        lines = self.answer.headers
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in lines}
        age = int(now - self.stored_at) + age_of(said)
        kept = tuple(line for line in lines if line[0] != b"age")
        return self.answer._replace(headers=(*kept, (b"age", str(age).encode())))


class KeptAnswers:
    """The answers of one route."""

    def __init__(self, cache: Cache, service: str, route: str) -> None:
        self.cache = cache
        self._service = service
        self._route = route

    def begin(self) -> Begun:
        """Take note of what is known before a request is sent on."""
        return Begun(self.cache.clock(), self.cache.known.version, self.cache.known.epoch)

    async def find(self, question: Question) -> Kept | None:
        """What is kept for whoever asks, fresh or not."""
        if self.cache.history.is_due:
            await self.cache.history.look()
        scopes = [PUBLIC, *([private_to(question.scope)] if question.scope else [])]
        found = [kept for scope in scopes if (kept := await self._find(scope, question)) is not None]
        return max(found, key=lambda each: each.fresh_until, default=None)

    def keep(self, question: Question, answer: RoutedAnswer, begun: Begun) -> bool:
        """Keep an answer if it may be; says whether."""
        headers = _joined(answer.headers)
        said = freshness_of(headers, begun.at)
        scope = self._scope(question, read_directives(headers.get("cache-control", "")))
        if scope is None or not _is_storable(question, answer, headers, said):
            self.cache.counters.not_stored += 1
            self.cache.not_cached[FORBIDDEN] += 1
            return False
        varies = sorted({name.strip().lower() for name in headers.get("vary", "").split(",") if name.strip()})
        lines = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers]
        sie_until = begun.at + (said.fresh or 0.0) + said.stale_if_error
        body = orjson.dumps([answer.status, lines, sie_until]) + b"\n" + answer.body
        is_validated = bool(_validators(headers))
        self.cache.keep(
            {
                self.key(scope, question, None): self._made(orjson.dumps(varies), said, question, begun, is_validated),
                self.key(scope, question, varies): self._made(body, said, question, begun, is_validated),
            }
        )
        return True

    async def forget(self, target: str) -> None:
        """Let nothing hold any more that is kept of this target, with any query (RFC 9111, section 4.4)."""
        await self.cache.invalidate([self._path_tag(target)])

    def key(self, scope: Scope, question: Question, varies: list[str] | None) -> CacheKey:
        """The key of an answer by what it varies with; that of the list of this (None) stands for the target."""
        name = orjson.dumps(["route", self._service, self._route, question.target, varies is None])
        sent = tuple((each, question.headers.get(each, "")) for each in varies or ())
        return KeySpace(scope, name, {}, sent).whole()

    async def _find(self, scope: Scope, question: Question) -> Kept | None:
        index = await self._get(self.key(scope, question, None))
        entry = None if index is None else await self._get(self.key(scope, question, orjson.loads(index.body)))
        if entry is None:
            return None
        head, _, body = entry.body.partition(b"\n")
        status, lines, sie_until = orjson.loads(head)
        kept = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in lines)
        answer = RoutedAnswer(status, kept, body)
        return Kept(answer, entry.stored_at, entry.fresh_until, entry.swr_until, sie_until)

    async def _get(self, key: CacheKey) -> Entry | None:
        now = self.cache.clock()
        entry = self.cache.find(key, now)
        if entry is None and self.cache.is_shared:
            entry = (await self.cache.find_shared([key], now)).get(key)
        return entry

    def _scope(self, question: Question, directives: Mapping[str, str]) -> Scope | None:
        """For whom an answer is kept; None for nobody."""
        own = private_to(question.scope) if question.scope else None
        if "private" in directives:
            return own
        if question.has_credentials and SHARED_WITH_CREDENTIALS.isdisjoint(directives):
            return own  # RFC 9111, section 3.5
        return PUBLIC

    def _made(self, body: bytes, said: Freshness, question: Question, begun: Begun, is_validated: bool) -> Entry:  # noqa: FBT001 - of its caller alone
        until = begun.at + (said.fresh or 0.0)
        swr_until, kept_until = until + said.swr, until + said.stale_if_error
        if is_validated:
            kept_until = max(kept_until, until + VALIDATED_SECONDS)
        tags = (service_tag(self._service), self._path_tag(question.target), *map(own_tag, said.tags))
        return Entry(body, begun.at, until, until, swr_until, kept_until, 0.0, begun.epoch, begun.version, tags)

    def _path_tag(self, target: str) -> str:
        return f"path:{self._service}:{target.partition('?')[0]}"


def refreshed(kept: RoutedAnswer, unchanged: RoutedAnswer) -> RoutedAnswer:
    """A kept answer with what a 304 says of it (RFC 9111, section 4.3.4)."""
    told = {name for name, _ in unchanged.headers if name not in OF_THE_BODY}
    lines = [line for line in kept.headers if line[0] not in told | OF_THE_TIME]
    return kept._replace(headers=(*lines, *(line for line in unchanged.headers if line[0] in told)))


def _joined(lines: RawHeaders) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in lines:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _validators(headers: Mapping[str, str]) -> set[str]:
    return {"etag", "last-modified"} & headers.keys()


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
        and said.fresh is not None
        and (said.fresh > 0 or bool(_validators(headers)))
    )
