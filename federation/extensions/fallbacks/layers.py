"""Two fetch layers: one keeps what services answer last, the other puts it, or a default, where a call failed."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.protocol import Answer, CallRequest, Fetch
from federation.extensions.caching.cache import Cache
from federation.extensions.caching.counters import CacheCounters
from federation.extensions.caching.hints import Hint, Hints
from federation.extensions.caching.question import Question, ask
from federation.extensions.caching.shown_entities import Keys, ShownEntities
from federation.extensions.caching.storing import Storing
from federation.extensions.fallbacks.last_values import LastValues, Value
from federation.extensions.fallbacks.members import FetchMembers, Members
from federation.extensions.fallbacks.stand_in import Missing, may_stand_in, missing_of, stand_in
from federation.layer import CallHandler
from federation.request import ANSWER_EXTENSIONS
from schemas.policy import FallbackRule, PolicyTable
from schemas.supergraph import Graph

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FallbackRules:
    """What holds for one supergraph.

    `service_of` gives a graph's service as operators call it, `passed` the client's headers that it gets (None where
    that may be any: then no value is kept, since it may be anybody's).
    """

    policies: PolicyTable
    keys: Keys
    service_of: Callable[[Graph], str]
    passed: Callable[[Graph], frozenset[str] | None]

    def of(self, graph: Graph) -> Mapping[str, FallbackRule]:
        """The rules of the fields that the graph gives, by coordinate."""
        named = {f"{type_.name}.{name}" for type_ in graph.types.values() for name in type_.fields}
        return {
            coordinate: policy.fallback
            for coordinate, policy in self.policies.fields.items()
            if policy.fallback is not None and coordinate in named
        }


class Fallbacks:
    """Makes both layers, which share what they know of each graph."""

    def __init__(self, cache: Cache, rules: FallbackRules) -> None:
        self._cache = cache
        self._rules = rules
        self._hints = Hints(rules.policies)
        self._graphs: dict[str, _GraphFallbacks | None] = {}

    def of(self, graph: Graph) -> "_GraphFallbacks | None":
        """What is known of a graph; None where none of its fields has a fallback."""
        if graph.name not in self._graphs:
            rules = self._rules.of(graph)
            self._graphs[graph.name] = self._make(graph, rules) if rules else None
        return self._graphs[graph.name]

    def _make(self, graph: Graph, rules: Mapping[str, FallbackRule]) -> "_GraphFallbacks":
        service, passed = self._rules.service_of(graph), self._rules.passed(graph)

        def question(fetch: Fetch, rule: FallbackRule) -> Question:
            declared = self._hints.of(fetch, graph)
            is_public = declared.hint is not None and declared.hint.is_public
            hint = Hint(0.0, is_public, 0.0, rule.stale, declared.tags)
            return ask(fetch, graph, replace(declared, hint=hint), service, self._rules.keys)

        storing = Storing(self._cache, ShownEntities(graph, self._rules.keys), follows=False)
        keeps = passed is not None and any(rule.stale for rule in rules.values())
        last = LastValues(self._cache, storing, tuple(sorted(passed or ()))) if keeps else None
        return _GraphFallbacks(service, FetchMembers(graph, rules, question), last, self._cache.counters)


@dataclass(frozen=True, slots=True)
class _GraphFallbacks:
    service: str
    members: FetchMembers
    last: LastValues | None
    counters: CacheCounters


class KeepLastValues:
    """Stands next to the connector, so that what the cache gives is not taken for what a service answered."""

    def __init__(self, fallbacks: Fallbacks) -> None:
        self._fallbacks = fallbacks

    def wrap(self, inner: CallHandler, graph: Graph) -> CallHandler | None:
        """The handler that keeps values; None where no field of the graph falls back to one."""
        known = self._fallbacks.of(graph)
        if known is None or known.last is None:
            return None
        last = known.last

        async def call(request: CallRequest) -> Answer:
            members = known.members.of(request.fetches)
            begun = last.begin()
            answer = await inner(request)
            if members is not None and answer.data is not None:
                last.keep(request, members, answer, begun)
            return answer

        return call


class UseFallbacks:
    """Stands around the cache: what that still has is better than a fallback."""

    def __init__(self, fallbacks: Fallbacks) -> None:
        self._fallbacks = fallbacks

    def wrap(self, inner: CallHandler, graph: Graph) -> CallHandler | None:
        """The handler that puts fallbacks where calls fail; None where no field of the graph has one."""
        known = self._fallbacks.of(graph)
        if known is None:
            return None

        async def call(request: CallRequest) -> Answer:
            answer = await inner(request)
            if not answer.errors:
                return answer
            members = known.members.of(request.fetches)
            return answer if members is None else await _stand_in(known, members, request, answer)

        return call


async def _stand_in(known: _GraphFallbacks, members: Sequence[Members], request: CallRequest, answer: Answer) -> Answer:
    missing = missing_of(request, members, answer)
    cells = [each.cell for each in missing if may_stand_in(each)]
    if not cells:
        return answer
    last = await known.last.find(request, cells) if known.last is not None else {}
    made = stand_in(request, answer, missing, last)
    if made.used:
        values = sum(value is not None for _, value in made.used)
        known.counters.fallback_values += values
        known.counters.fallback_defaults += len(made.used) - values
        _tell(known.service, request, made.used)
    return made.answer


def _tell(service: str, request: CallRequest, used: Sequence[tuple[Missing, Value | None]]) -> None:
    """Say in the answer, once for each field and cause, what stands in; and in the log why."""
    told = request.context.scratch.setdefault(ANSWER_EXTENSIONS, {}).setdefault("fallbacks", [])
    notes = {(note["field"], note["used"], note["code"], note["service"]): note for note in told}
    for missing, value in used:
        field, code = missing.cell.member.coordinate, missing.error.code
        kind = "default" if value is None else "stale"
        note = notes.get((field, kind, code, service))
        if note is None:
            note = {"field": field, "used": kind, "code": code, "service": service, "count": 0}
            notes[field, kind, code, service] = note
            told.append(note)
        note["count"] += 1
        if value is not None:
            note["age"] = max(note.get("age", 0), round(value.age))
    for error in {id(missing.error): missing.error for missing, _ in used}.values():
        extra = {"service": service, "code": error.code, "detail": error.detail}
        log.warning("fallbacks stand in for what a call did not bring", extra=extra)
