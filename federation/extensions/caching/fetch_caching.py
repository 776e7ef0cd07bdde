"""The fetch layer: every call of every graph, through the cache."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from connectors.http.validators import Validators
from connectors.protocol import Answer, CallRequest
from federation.extensions.caching.asking import Asking
from federation.extensions.caching.cache import Cache
from federation.extensions.caching.graph_cache import GraphCache
from federation.extensions.caching.hints import Hints
from federation.extensions.caching.mutations import Changed, Mutations
from federation.extensions.caching.question import ask
from federation.extensions.caching.shown_entities import Keys, ShownEntities
from federation.extensions.caching.storing import Storing
from federation.layer import CallHandler
from schemas.supergraph import Graph


@dataclass(frozen=True, slots=True)
class CachingRules:
    """What holds for one supergraph.

    `service_of` gives a graph's service as operators call it, `passed` the client's headers that it gets (None where
    that may be any). For services that are `followed`, their own `Cache-Control` is enough to keep an answer. Each
    graph's answers with an entity tag may take `revalidation` bytes. `changed` says, by coordinate, what mutations
    change.
    """

    hints: Hints
    keys: Keys
    service_of: Callable[[Graph], str]
    passed: Callable[[Graph], frozenset[str] | None]
    followed: Container[str] = frozenset()
    revalidation: int = 0
    changed: Mapping[str, Sequence[Changed]] = field(default_factory=dict)


class FetchCaching:
    """A fetch layer over one cache."""

    def __init__(self, cache: Cache, rules: CachingRules) -> None:
        self._cache = cache
        self._rules = rules

    def wrap(self, inner: CallHandler, graph: Graph) -> CallHandler:
        """The handler that looks into the cache first, and tells it of mutations."""
        rules, cache = self._rules, self._cache
        service = rules.service_of(graph)
        follows = service in rules.followed
        validators = Validators(rules.revalidation) if rules.revalidation else None
        passed = rules.passed(graph)
        shown = ShownEntities(graph, rules.keys)
        asking = Asking(
            graph.name,
            service,
            lambda fetch: ask(fetch, graph, rules.hints.of(fetch, graph), service, rules.keys),
            None if passed is None else tuple(sorted(passed)),
            follows=follows,
        )
        queries = GraphCache(inner, cache, Storing(cache, shown, follows=follows), asking, validators)
        mutations = Mutations(inner, cache, shown, graph, rules.changed)
        return partial(_call, queries, mutations)


async def _call(queries: GraphCache, mutations: Mutations, request: CallRequest) -> Answer:
    if request.fetches[0].kind == "mutation" and not request.fetches[0].is_entity_fetch:
        return await mutations.call(request)
    return await queries.call(request)
