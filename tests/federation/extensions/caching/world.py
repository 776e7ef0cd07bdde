"""A small graph whose service is a function, a clock that is driven, and a cache in between."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from connectors.http.validators import Listening
from connectors.protocol import (
    Answer,
    AnswerError,
    CallContext,
    CallRequest,
    Fetch,
    Representation,
    RepresentationField,
)
from federation.composition.compose import compose
from federation.extensions.caching.cache import Cache, CacheSize, open_cache
from federation.extensions.caching.fetch_caching import CachingRules, FetchCaching
from federation.extensions.caching.hints import Hint, Hints
from federation.extensions.caching.mutations import Changed
from federation.extensions.caching.record import Part, record_of
from federation.extensions.caching.shown_entities import keys_of
from federation.extensions.stores.store import Store
from federation.layer import CallHandler
from schemas.policy import CacheRule, FieldPolicy, Origin, PolicyTable
from schemas.read_supergraph import read_supergraph
from schemas.selection import Field, InlineFragment
from schemas.subgraph import Subgraph

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key"])
type Query { users: [User!]! user(id: ID!): User shop: Shop }
type Mutation { rename(id: ID!, name: String!): User deleteUser(id: ID!): Boolean clear: Boolean }
type User @key(fields: "id") { id: ID! name: String! friends: [User!]! address: Address secret: String }
type Address { street: String }
type Shop { name: String motto: String }
"""
SUPERGRAPH = read_supergraph(compose((Subgraph("people", SDL, "http://people"),)).supergraph_sdl)
GRAPH = SUPERGRAPH.graphs["PEOPLE"] if "PEOPLE" in SUPERGRAPH.graphs else next(iter(SUPERGRAPH.graphs.values()))
USER = (Representation("User", frozenset({"User"}), (RepresentationField("id", "id"),)),)


@dataclass
class Clock:
    """Unix time that tests drive."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def rule(
    max_age: float, *, scope: str = "private", swr: float = 0, sie: float = 0, tags: Sequence[str] = ()
) -> CacheRule:
    return CacheRule(Origin("test"), max_age, scope, swr, sie, tuple(tags))


def hints(rules: Mapping[str, CacheRule], default: Hint | None = None) -> Hints:
    return Hints(PolicyTable({name: FieldPolicy(cache=each) for name, each in rules.items()}), default)


def users(*names: str) -> Fetch:
    """An entity fetch of these fields."""
    return Fetch(GRAPH.name, "query", (InlineFragment("User", tuple(map(Field, ("__typename", *names)))),), USER)


def root(*fields: Field, kind: Any = "query") -> Fetch:
    return Fetch(GRAPH.name, kind, fields)


NAMES = (users("id", "name"),)


def named(number: int | str, name: str) -> dict[str, Any]:
    return {"__typename": "User", "id": str(number), "name": name}


@dataclass
class People:
    """The service: what it knows, what it was asked, and how it behaves."""

    names: dict[str, str] = field(default_factory=lambda: {str(number): f"name {number}" for number in range(20)})
    calls: list[CallRequest] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    errors: tuple[AnswerError, ...] = ()
    fails: bool = False
    gate: asyncio.Event | None = None
    respond: Callable[[CallRequest], Any] | None = None

    @property
    def asked(self) -> list[list[str]]:
        return [[each["id"] for each in call.representations] for call in self.calls]

    async def call(self, request: CallRequest) -> Answer:
        self.calls.append(request)
        if self.gate is not None:
            await self.gate.wait()
        listener = request.context.listener
        if isinstance(listener, Listening) and self.headers:
            listener.heard.append(self.headers)
        if self.fails:
            return Answer(None, (AnswerError("UPSTREAM_CONNECT", "the service cannot be reached"),))
        if self.respond is not None:
            return Answer(self.respond(request), self.errors)
        known = [(each["id"], self.names.get(each["id"])) for each in request.representations]
        return Answer([None if name is None else named(number, name) for number, name in known], self.errors)


@dataclass
class World:
    """One replica in front of the service."""

    cache: Cache
    people: People
    clock: Clock
    handler: CallHandler
    parts: list[Part] = field(default_factory=list)

    async def ask(
        self,
        numbers: Sequence[int | str] = (),
        *,
        who: str = "alice",
        fetches: tuple[Fetch, ...] = NAMES,
        variables: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        may_share: bool = True,
        seconds: float = 30,
        counts: Sequence[int] = (),
        scratch: dict[object, Any] | None = None,
    ) -> Answer:
        deadline = asyncio.get_running_loop().time() + seconds
        context = CallContext(deadline, headers or {}, scratch or {}, may_share, identity_scope=who)
        shown = [{"__typename": "User", "id": str(number)} for number in numbers]
        answer = await self.handler(CallRequest(None, variables or {}, shown, context, counts=counts, fetches=fetches))
        self.parts.extend(record_of(context.scratch).parts)
        return answer

    async def names(self, *numbers: int | str, who: str = "alice") -> list[str | None]:
        """The names; there must be no errors."""
        answer = await self.ask(numbers, who=who)
        assert answer.errors == ()
        return [None if each is None else each["name"] for each in answer.data]


PRIVATE_MINUTE = {f"User.{name}": rule(60) for name in ("id", "name", "friends", "address", "secret")}


@asynccontextmanager
async def world(
    rules: Mapping[str, CacheRule] = PRIVATE_MINUTE,
    *,
    people: People | None = None,
    clock: Clock | None = None,
    store: Store | None = None,
    default: Hint | None = None,
    forwarded: Sequence[str] = (),
    follows: bool = False,
    changed: Mapping[str, Sequence[Changed]] | None = None,
    draw: Callable[[], float] = lambda: 0.5,
    memory: int = 64 << 20,
) -> AsyncIterator[World]:
    service, time = people or People(), clock or Clock()
    caching = CachingRules(
        hints(rules, default),
        keys_of(SUPERGRAPH),
        service_of=lambda _: "people",
        passed=lambda _: frozenset(name.lower() for name in forwarded),
        followed={"people"} if follows else frozenset(),
        changed=changed or {},
    )
    async with open_cache(store, CacheSize(memory), clock=time, draw=draw) as cache:
        yield World(cache, service, time, FetchCaching(cache, caching).wrap(service.call, GRAPH))
