"""What makes entries invalid, in this replica and in others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from graphql import parse_value

from connectors.protocol import Answer, CallContext, CallRequest, Fetch, Representation, RepresentationField
from federation.composition.compose import compose
from federation.extensions.caching.cache import open_cache
from federation.extensions.caching.fetch_caching import CachingRules, FetchCaching
from federation.extensions.caching.hints import Hint
from federation.extensions.caching.history import RECHECK_SECONDS
from federation.extensions.caching.mutations import Changed
from federation.extensions.caching.shown_entities import keys_of
from federation.extensions.caching.tags import entity_tags, own_tag, service_tag, type_tag
from federation.extensions.stores.memory import MemoryStore
from federation.extensions.stores.redis import open_redis
from federation.extensions.stores.store import Store
from schemas.read_supergraph import read_supergraph
from schemas.selection import Argument, Field, InlineFragment
from schemas.subgraph import Subgraph
from tests.federation.extensions.caching.world import Clock, People, World, hints, root, rule, world
from tests.redis_server import RedisServer, to

ALL_FIELDS = {f"User.{name}": rule(60, tags=["staff"] if name == "name" else []) for name in ("id", "name")}


@pytest_asyncio.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with open_redis(to(request.getfixturevalue("redis_server").url)) as opened:
        yield opened


@pytest.mark.parametrize(
    "tags",
    [
        entity_tags("User", {"id": "1"}),
        entity_tags("User", {"id": 1}),
        [type_tag("User")],
        [service_tag("people")],
        [own_tag("staff")],
        ["all"],
    ],
)
async def test_entries_are_invalid_by_entity_type_service_or_tag(tags: list[str]) -> None:
    async with world(ALL_FIELDS) as w:
        await w.names(1)
        await w.cache.invalidate(tags)
        await w.names(1)

        assert len(w.people.calls) == 2


@pytest.mark.parametrize("tags", [entity_tags("User", {"id": "2"}), [type_tag("Shop")], [own_tag("other")]])
async def test_other_entries_stay(tags: list[str]) -> None:
    async with world(ALL_FIELDS) as w:
        await w.names(1)
        await w.cache.invalidate(tags)
        await w.names(1)

        assert len(w.people.calls) == 1


async def test_entities_inside_of_an_answer_make_it_invalid() -> None:
    async with world({"Query.users": rule(60)}) as w:
        w.people.respond = lambda _: {"users": [{"id": "1", "name": "one"}, {"id": "2", "name": "two"}]}
        fetches = (root(Field("users", selections=(Field("id"), Field("name")))),)
        await w.ask(fetches=fetches)
        await w.cache.invalidate(entity_tags("User", {"id": "3"}))
        await w.ask(fetches=fetches)
        assert len(w.people.calls) == 1
        await w.cache.invalidate(entity_tags("User", {"id": "2"}))
        await w.ask(fetches=fetches)
        assert len(w.people.calls) == 2


async def test_an_answer_with_more_entities_than_are_named_is_invalid_by_any_of_them() -> None:
    async with world({"Query.users": rule(60)}) as w:
        w.people.respond = lambda _: {"users": [{"id": str(number)} for number in range(1_000)]}
        fetches = (root(Field("users", selections=(Field("id"),))),)
        await w.ask(fetches=fetches)
        await w.cache.invalidate(entity_tags("User", {"id": "999"}))
        await w.ask(fetches=fetches)

        assert len(w.people.calls) == 2


async def test_an_answer_that_was_on_its_way_meanwhile_is_not_used() -> None:
    async with world(ALL_FIELDS) as w:
        w.people.gate = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(w.names(1))
            await asyncio.sleep(0)
            await w.cache.invalidate(entity_tags("User", {"id": "1"}))
            w.people.gate.set()
        await w.names(1)

        assert len(w.people.calls) == 2


MEMBERS = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key"])
type Query { member(id: ID!): Member }
type Member @key(fields: "id") @key(fields: "email") { id: ID! email: ID! name: String }
"""


@pytest.mark.parametrize(
    ("selected", "is_forgotten"), [(("id", "name"), True), (("name", "own: id"), True), (("name",), False)]
)
async def test_an_entity_asked_for_by_one_key_is_forgotten_by_another_that_it_shows(
    selected: tuple[str, ...], is_forgotten: bool
) -> None:
    supergraph = read_supergraph(compose((Subgraph("people", MEMBERS, "http://people"),)).supergraph_sdl)
    (graph,) = supergraph.graphs.values()
    fields = [Field(name.split(": ")[-1], name.split(": ")[0] if ": " in name else None) for name in selected]
    by_email = Representation("Member", frozenset({"Member"}), (RepresentationField("email", "email"),))
    fetch = Fetch(graph.name, "query", (InlineFragment("Member", (Field("__typename"), *fields)),), (by_email,))
    calls: list[CallRequest] = []

    async def service(request: CallRequest) -> Answer:
        calls.append(request)
        return Answer([{"__typename": "Member", **{field.key: "1" for field in fields}}])

    rules = CachingRules(
        hints({}, Hint(60.0)), keys_of(supergraph), service_of=lambda _: "people", passed=lambda _: frozenset()
    )
    async with open_cache(MemoryStore()) as cache:
        handler = FetchCaching(cache, rules).wrap(service, graph)
        context = CallContext(asyncio.get_running_loop().time() + 5)
        request = CallRequest(None, {}, [{"__typename": "Member", "email": "a@x"}], context, fetches=(fetch,))
        await handler(request)
        await cache.invalidate(entity_tags("Member", {"id": "2"}))
        await handler(request)
        assert len(calls) == 1
        await cache.invalidate(entity_tags("Member", {"id": 1}))
        await handler(request)

        assert (len(calls) == 2) == is_forgotten


def mutation(field: str, *selections: Field, **arguments: str) -> tuple[Fetch, ...]:
    given = tuple(Argument(key, parse_value(value)) for key, value in arguments.items())
    return (root(Field(field, arguments=given, selections=selections), kind="mutation"),)


class TestMutations:
    async def test_entities_that_it_returns_are_forgotten(self) -> None:
        async with world(ALL_FIELDS) as w:
            await w.names(1, 2)
            w.people.respond = lambda _: {"rename": {"id": "1", "name": "new"}}
            await w.ask(fetches=mutation("rename", Field("id"), Field("name"), id='"1"', name='"new"'))
            w.people.respond = None
            w.people.names["1"] = "new"

            assert await w.names(1, 2) == ["new", "name 2"]
            assert w.people.asked == [["1", "2"], [], ["1"]]

    @pytest.mark.parametrize(
        ("changed", "kept"),
        [
            (Changed(type="User", key=(("id", "id"),)), ["2"]),
            (Changed(type="User"), []),
            (Changed(type="User", key=(("id", "other"),)), []),
            (Changed(tag="staff"), []),
        ],
    )
    async def test_what_is_declared_is_forgotten(self, changed: Changed, kept: list[str]) -> None:
        async with world(ALL_FIELDS, changed={"Mutation.deleteUser": [changed]}) as w:
            await w.names(1, 2)
            w.people.respond = lambda _: {"deleteUser": True}
            await w.ask(fetches=mutation("deleteUser", id='"1"'))
            w.people.respond = None
            await w.names(1, 2)

            assert w.people.asked[-1] == [number for number in ("1", "2") if number not in kept]

    async def test_what_is_declared_is_forgotten_also_when_it_fails(self) -> None:
        async with world(ALL_FIELDS, changed={"Mutation.clear": [Changed(type="User")]}) as w:
            await w.names(1)
            w.people.fails = True
            await w.ask(fetches=mutation("clear"))
            w.people.fails = False
            await w.names(1)

            assert len(w.people.calls) == 3

    async def test_mutations_are_never_kept(self) -> None:
        async with world({**ALL_FIELDS, "Mutation.rename": rule(60)}) as w:
            w.people.respond = lambda _: {"rename": {"id": "1"}}
            for _ in range(2):
                await w.ask(fetches=mutation("rename", Field("id"), id='"1"', name='"x"'))

            assert len(w.people.calls) == 2


@asynccontextmanager
async def both(store: Store, clock: Clock, people: People) -> AsyncIterator[tuple[World, World]]:
    async with (
        world(ALL_FIELDS, store=store, clock=clock, people=people) as one,
        world(ALL_FIELDS, store=store, clock=clock, people=people) as other,
    ):
        yield one, other


@pytest_asyncio.fixture
async def replicas(store: Store) -> AsyncIterator[tuple[World, World]]:
    """Two replicas with one store, one service and one clock."""
    async with both(store, Clock(), People()) as pair:
        for each in pair:
            await each.cache.history.look()
        yield pair


Replicas = tuple[World, World]


class TestReplicas:
    async def test_what_one_fetched_the_other_has(self, replicas: Replicas) -> None:
        one, other = replicas
        await one.names(1)
        await one.cache.background.settle()

        assert await other.names(1) == ["name 1"]
        assert len(one.people.calls) == 1
        assert other.cache.counters.shared_hits == 1

    async def test_what_one_invalidates_the_other_forgets_within_100_ms(self, replicas: Replicas) -> None:
        one, other = replicas
        await other.names(1)
        await other.cache.background.settle()
        one.people.names["1"] = "new"

        start = asyncio.get_running_loop().time()
        await one.cache.invalidate(entity_tags("User", {"id": "1"}))
        while await other.names(1) != ["new"]:  # noqa: ASYNC110 - nothing else tells when it was heard
            await asyncio.sleep(0.001)

        assert asyncio.get_running_loop().time() - start < 0.1

    async def test_who_missed_the_message_is_right_a_second_later(self, replicas: Replicas) -> None:
        one, other = replicas
        await other.names(1)
        await other.cache.background.settle()
        other.cache.history._hear = lambda _: None  # type: ignore[method-assign]
        one.people.names["1"] = "new"
        other.cache.history.listen()
        for tags in (entity_tags("User", {"id": "1"}), [type_tag("Shop")]):
            await one.cache.invalidate(tags)

        one.clock.now += RECHECK_SECONDS

        assert await other.names(1) == ["new"]

    async def test_a_replica_that_comes_later_uses_nothing_that_is_invalid(self, replicas: Replicas) -> None:
        one, _ = replicas
        await one.names(1, 2)
        await one.cache.background.settle()
        await one.cache.invalidate(entity_tags("User", {"id": "1"}))
        store = one.cache._store

        async with world(ALL_FIELDS, store=store, clock=one.clock, people=one.people) as late:
            await late.names(1, 2)

        assert one.people.asked[-1] == ["1"]

    async def test_many_invalidations_at_once_get_numbers_of_their_own(self, replicas: Replicas) -> None:
        one, other = replicas
        async with asyncio.TaskGroup() as group:
            for number in range(50):
                world_ = replicas[number % 2]
                group.create_task(world_.cache.invalidate(entity_tags("User", {"id": str(number)})))
        one.clock.now += RECHECK_SECONDS
        for each in replicas:
            await each.cache.history.look()

        assert one.cache.known.version == other.cache.known.version == 50


async def test_when_redis_loses_everything_nothing_old_is_used(own_redis: RedisServer) -> None:
    async with open_redis(to(own_redis.url)) as store, both(store, Clock(), People()) as (one, other):
        await other.names(1)
        await other.cache.background.settle()
        own_redis.flush()
        await one.names(2)
        one.clock.now += RECHECK_SECONDS
        await one.cache.invalidate(entity_tags("User", {"id": "1"}))
        one.people.names["1"] = "new"

        assert await other.names(1) == ["new"]


class TestRedisAway:
    async def test_memory_goes_on(self, own_redis: RedisServer) -> None:
        async with open_redis(to(own_redis.url, timeout=0.05)) as store, world(ALL_FIELDS, store=store) as w:
            await w.names(1)
            own_redis.stop()

            assert await w.names(1) == ["name 1"]
            assert await w.names(2) == ["name 2"]
            assert len(w.people.calls) == 2

    async def test_what_was_invalidated_meanwhile_is_told_when_it_is_back(self, own_redis: RedisServer) -> None:
        async with (
            open_redis(to(own_redis.url, timeout=0.5)) as store,
            both(store, Clock(), People()) as (one, other),
        ):
            await other.names(1)
            await other.cache.background.settle()
            own_redis.pause()
            one.people.names["1"] = "new"
            await one.cache.invalidate(entity_tags("User", {"id": "1"}))
            assert await one.names(1) == ["new"]

            own_redis.resume()
            await store.until_up(10)
            one.clock.now += RECHECK_SECONDS
            await one.names(1)
            other.clock.now += RECHECK_SECONDS

            assert await other.names(1) == ["new"]
