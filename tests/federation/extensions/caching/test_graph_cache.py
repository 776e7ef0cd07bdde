"""What calls of one graph are answered from the cache."""

import asyncio

import pytest

from connectors.protocol import UNANSWERED, AnswerError
from federation.extensions.caching.tags import entity_tags
from schemas.selection import Field, InlineFragment
from tests.federation.extensions.caching.world import People, named, root, rule, users, world

PUBLIC_MINUTE = {"User.name": rule(60, scope="public"), "User.id": rule(60, scope="public")}
SHOP = (root(Field("shop", selections=(Field("name"),))),)


async def test_an_entity_is_fetched_once() -> None:
    async with world() as w:
        assert await w.names(1) == await w.names(1) == ["name 1"]

        assert w.people.asked == [["1"]]


async def test_only_the_missing_entities_are_fetched_in_one_call() -> None:
    async with world() as w:
        await w.names(1, 3)

        assert await w.names(1, 2, 3, 4) == ["name 1", "name 2", "name 3", "name 4"]
        assert w.people.asked == [["1", "3"], ["2", "4"]]


async def test_what_is_private_is_each_principals_own() -> None:
    async with world() as w:
        await w.names(1, who="alice")
        await w.names(1, who="bob")

        assert len(w.people.calls) == 2


async def test_what_is_public_is_fetched_once_for_all() -> None:
    async with world(PUBLIC_MINUTE) as w:
        await w.names(1, who="alice")
        await w.names(1, who="bob")

        assert len(w.people.calls) == 1


async def test_one_private_field_makes_the_fetch_private() -> None:
    async with world({**PUBLIC_MINUTE, "User.secret": rule(60)}) as w:
        for who in ("alice", "bob"):
            await w.ask([1], who=who, fetches=(users("id", "name", "secret"),))

        assert len(w.people.calls) == 2


async def test_it_ends_with_its_lifetime() -> None:
    async with world() as w:
        await w.names(1)
        w.clock.now += 59.9
        await w.names(1)
        w.clock.now += 0.2
        await w.names(1)

        assert len(w.people.calls) == 2


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 54.0), (0.999, 65.9)])
async def test_lifetimes_are_spread_by_a_tenth(draw: float, seconds: float) -> None:
    async with world(draw=lambda: draw) as w:
        await w.names(1)
        w.clock.now += seconds - 0.1
        await w.names(1)
        assert len(w.people.calls) == 1
        w.clock.now += 0.2
        await w.names(1)
        assert len(w.people.calls) == 2


async def test_the_shortest_hint_decides() -> None:
    async with world({"User.id": rule(60), "User.name": rule(10)}) as w:
        await w.names(1)
        w.clock.now += 11
        await w.names(1)

        assert len(w.people.calls) == 2


async def test_a_field_without_a_hint_is_not_kept_and_the_trace_says_so() -> None:
    async with world({"User.name": rule(60)}) as w:
        await w.ask([1], fetches=(users("id", "name", "secret"),))
        await w.ask([1], fetches=(users("id", "name", "secret"),))

        assert len(w.people.calls) == 2
        assert w.parts[0].reason == "no cache hint for User.secret"


async def test_a_hint_of_a_field_holds_for_the_leaves_below_it() -> None:
    async with world({"Query.shop": rule(60)}) as w:
        w.people.respond = lambda _: {"shop": {"name": "Corner"}}
        for _ in range(2):
            assert (await w.ask(fetches=SHOP)).data == {"shop": {"name": "Corner"}}

        assert len(w.people.calls) == 1


async def test_root_fetches_with_other_arguments_are_others() -> None:
    async with world({"Query.shop": rule(60)}) as w:
        w.people.respond = lambda _: {"shop": {"name": "Corner"}}
        await w.ask(fetches=SHOP)
        await w.ask(fetches=(root(Field("shop", alias="other", selections=(Field("name"),))),))

        assert len(w.people.calls) == 2


async def test_headers_that_the_service_gets_are_part_of_the_key() -> None:
    async with world(PUBLIC_MINUTE, forwarded=["Accept-Language"]) as w:
        for language in ("lt", "lv", "lt"):
            await w.ask([1], headers={"accept-language": language, "x-other": language * 2})

        assert len(w.people.calls) == 2


async def test_nothing_with_errors_is_kept() -> None:
    async with world() as w:
        w.people.errors = (AnswerError("SUBGRAPH_ERROR", "half of it failed", (0, "name")),)
        await w.ask([1, 2])
        w.people.errors = ()

        await w.names(1, 2)

        assert w.people.asked == [["1", "2"], ["1"]]


async def test_an_error_of_the_whole_call_keeps_all_of_it_out() -> None:
    async with world() as w:
        w.people.errors = (AnswerError("SUBGRAPH_ERROR", "something failed"),)
        await w.ask([1, 2])
        w.people.errors = ()

        await w.names(1, 2)

        assert w.people.asked == [["1", "2"], ["1", "2"]]


async def test_an_entity_that_is_not_there_is_kept_for_two_seconds_at_most() -> None:
    async with world() as w:
        assert await w.names("nobody") == await w.names("nobody") == [None]
        assert len(w.people.calls) == 1
        w.clock.now += 2.01
        await w.names("nobody")

        assert len(w.people.calls) == 2


async def test_after_a_mutation_nothing_comes_from_the_cache() -> None:
    async with world() as w:
        await w.names(1)
        await w.ask([1], may_share=False)

        assert len(w.people.calls) == 2


async def test_when_the_call_for_the_missing_fails_the_others_are_answered() -> None:
    async with world() as w:
        await w.names(1, 3)
        w.people.fails = True

        answer = await w.ask([1, 2, 3, 4])

        assert answer.data == [named(1, "name 1"), UNANSWERED, named(3, "name 3"), UNANSWERED]
        assert [(error.code, error.path) for error in answer.errors] == [("UPSTREAM_CONNECT", (1,))]


async def test_errors_of_the_missing_stand_where_their_entities_stand() -> None:
    async with world() as w:
        await w.names(1)
        w.people.errors = (AnswerError("SUBGRAPH_ERROR", "no name", (1, "name"), of_entity=True),)

        answer = await w.ask([1, 2, 3])

        assert [error.path for error in answer.errors] == [(2, "name")]


async def test_requests_never_share_an_object_that_they_may_change() -> None:
    async with world() as w:
        w.people.respond = lambda request: [
            {"__typename": "User", "id": "1", "address": {"street": "First"}} for _ in request.representations
        ]
        fetches = (users("id"),)
        fetch = (
            fetches[0].__class__(
                fetches[0].graph,
                "query",
                (InlineFragment("User", (Field("id"), Field("address", selections=(Field("street"),)))),),
                fetches[0].representations,
            ),
        )
        for _ in range(3):
            answer = await w.ask([1], fetches=fetch)
            assert answer.data[0]["address"] == {"street": "First"}
            answer.data[0]["address"]["street"] = "changed by execution"
            answer.data[0]["extra"] = True

        assert len(w.people.calls) == 1


async def test_stale_is_used_while_it_is_fetched_anew() -> None:
    async with world({"User.id": rule(60, swr=30), "User.name": rule(60, swr=30)}) as w:
        await w.names(1)
        w.people.names["1"] = "new"
        w.clock.now += 70

        assert await w.names(1) == ["name 1"]
        await w.cache.background.settle()
        assert await w.names(1) == ["new"]
        assert len(w.people.calls) == 2
        assert [part.status for part in w.parts] == ["miss", "stale", "hit"]


async def test_what_is_fetched_anew_is_fetched_for_the_same_principal() -> None:
    async with world({"User.id": rule(60, swr=30), "User.name": rule(60, swr=30)}) as w:
        await w.names(1)
        w.clock.now += 70
        await w.ask([1], headers={"x-tenant": "a"}, scratch={"noted by a layer": "alice", dict: "a loader"})
        await w.cache.background.settle()

        context = w.people.calls[-1].context
        assert (context.identity_scope, context.headers) == ("alice", {"x-tenant": "a"})
        assert context.scratch["noted by a layer"] == "alice"
        assert dict not in context.scratch


async def test_a_whole_list_that_was_here_is_forgotten_with_any_of_it() -> None:
    async with world() as w:
        for _ in range(3):
            await w.names(1, 2)
        await w.cache.invalidate(entity_tags("User", {"id": "2"}))
        await w.names(1, 2)

        assert w.people.asked == [["1", "2"], ["2"]]


async def test_a_whole_list_that_was_here_ends_with_the_first_of_it() -> None:
    async with world() as w:
        await w.names(1)
        w.clock.now += 30
        for _ in range(3):
            await w.names(1, 2)
        w.clock.now += 30.1
        await w.names(1, 2)

        assert w.people.asked == [["1"], ["2"], ["1"]]


async def test_a_list_in_another_order_is_another_list() -> None:
    async with world() as w:
        for _ in range(3):
            assert await w.names(1, 2) == ["name 1", "name 2"]

        assert await w.names(2, 1) == ["name 2", "name 1"]


async def test_stale_is_used_where_fetching_fails_and_that_is_allowed() -> None:
    async with world({"User.id": rule(60, sie=600), "User.name": rule(60, sie=600)}) as w:
        await w.names(1)
        w.people.fails = True
        w.clock.now += 300

        assert await w.names(1) == ["name 1"]
        w.clock.now += 600
        assert (await w.ask([1])).errors


async def test_what_is_about_to_end_is_fetched_early() -> None:
    async with world(draw=lambda: 0.9999999) as w:
        gate = w.people.gate = asyncio.Event()

        async def slowly() -> None:
            await asyncio.sleep(0)
            w.clock.now += 1.0  # how long the call takes
            gate.set()

        await asyncio.gather(w.names(1), slowly())
        w.clock.now += 60  # the last tenth of 66 seconds
        await w.names(1)
        await w.cache.background.settle()

        assert len(w.people.calls) == 2
        assert w.cache.counters.refreshes == 1


async def test_equal_selections_in_one_bundle_are_asked_once() -> None:
    async with world() as w:
        fetches = (users("id", "name"), users("id"))
        answer = await w.ask([1, 2, 1], fetches=fetches, counts=[2, 1])
        assert [each["id"] for each in answer.data] == ["1", "2", "1"]

        await w.ask([1, 3, 1, 2], fetches=fetches, counts=[2, 2])

        assert [list(call.counts) for call in w.people.calls] == [[2, 1], [1, 1]]
        assert w.people.asked == [["1", "2", "1"], ["3", "2"]]


async def test_what_is_no_json_is_passed_on_and_not_kept() -> None:
    async with world() as w:
        w.people.respond = lambda request: [{"id": object()} for _ in request.representations]
        await w.ask([1])
        await w.ask([1])

        assert len(w.people.calls) == 2


class TestWhatServicesSay:
    async def test_no_store_forbids_what_is_declared(self) -> None:
        async with world(people=People(headers={"cache-control": "no-store"})) as w:
            await w.names(1)
            await w.names(1)

            assert len(w.people.calls) == 2
            assert w.parts[0].reason == "the service forbids it"

    async def test_a_shorter_max_age_shortens_what_is_declared(self) -> None:
        async with world(people=People(headers={"cache-control": "max-age=5"})) as w:
            await w.names(1)
            w.clock.now += 5.1
            await w.names(1)

            assert len(w.people.calls) == 2

    async def test_alone_it_counts_where_the_service_is_followed(self) -> None:
        async with world({}, people=People(headers={"cache-control": "max-age=5"}), follows=True) as w:
            await w.names(1)
            await w.names(1)
            await w.names(1, who="bob")

            assert len(w.people.calls) == 2

    async def test_alone_it_does_not_count_elsewhere(self) -> None:
        async with world({}, people=People(headers={"cache-control": "max-age=5"})) as w:
            await w.names(1)
            await w.names(1)

            assert len(w.people.calls) == 2

    async def test_its_names_invalidate(self) -> None:
        people = People(headers={"cache-control": "max-age=50", "cache-tag": "staff"})
        async with world(people=people) as w:
            await w.names(1)
            await w.cache.invalidate(["tag:staff"])
            await w.names(1)

            assert len(w.people.calls) == 2


class TestOneFlight:
    async def test_of_500_who_miss_at_once_one_fetches(self) -> None:
        async with world() as w:
            w.people.gate = asyncio.Event()
            asking = [asyncio.ensure_future(w.names(1)) for _ in range(500)]  # noqa: TID251
            await asyncio.sleep(0)
            w.people.gate.set()

            assert {tuple(names) for names in await asyncio.gather(*asking)} == {("name 1",)}
            assert len(w.people.calls) == 1

    async def test_who_is_missing_some_waits_for_them_and_fetches_the_rest(self) -> None:
        async with world() as w:
            w.people.gate = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                one = group.create_task(w.names(1, 2))
                other = group.create_task(w.names(2, 3))
                await asyncio.sleep(0)
                w.people.gate.set()

            assert (one.result(), other.result()) == (["name 1", "name 2"], ["name 2", "name 3"])
            assert w.people.asked == [["1", "2"], ["3"]]

    async def test_a_cancelled_leader_hands_over(self) -> None:
        async with world() as w:
            w.people.gate = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                leader = group.create_task(w.names(1))
                followers = [group.create_task(w.names(1)) for _ in range(10)]
                await asyncio.sleep(0)
                leader.cancel()
                await asyncio.sleep(0)
                w.people.gate.set()

            assert all(each.result() == ["name 1"] for each in followers)
            assert len(w.people.calls) == 2
            assert len(w.cache.flights) == 0

    async def test_who_waits_gets_the_failure_too(self) -> None:
        async with world() as w:
            w.people.gate, w.people.fails = asyncio.Event(), True
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(w.ask([1])) for _ in range(5)]
                await asyncio.sleep(0)
                w.people.gate.set()

            assert all(task.result().errors[0].code == "UPSTREAM_CONNECT" for task in tasks)
            assert len(w.people.calls) == 1

    async def test_who_waits_keeps_its_own_deadline(self) -> None:
        async with world() as w:
            w.people.gate = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                leader = group.create_task(w.names(1))
                await asyncio.sleep(0)
                answer = await w.ask([1], seconds=0.01)
                w.people.gate.set()

            assert [error.code for error in answer.errors] == ["UPSTREAM_TIMEOUT"]
            assert leader.result() == ["name 1"]

    async def test_principals_do_not_wait_for_each_other(self) -> None:
        async with world() as w:
            w.people.gate = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                group.create_task(w.names(1, who="alice"))
                group.create_task(w.names(1, who="bob"))
                await asyncio.sleep(0)
                w.people.gate.set()

            assert len(w.people.calls) == 2

    async def test_errors_of_code_do_not_hold_anybody_up(self) -> None:
        async with world() as w:
            w.people.gate = asyncio.Event()

            def fail(_: object) -> object:
                raise ZeroDivisionError

            w.people.respond = fail
            tasks = [asyncio.ensure_future(w.ask([1])) for _ in range(5)]  # noqa: TID251
            await asyncio.sleep(0)
            w.people.gate.set()
            results = await asyncio.gather(*tasks, return_exceptions=True)

            assert all(isinstance(each, ZeroDivisionError) for each in results)
            assert len(w.cache.flights) == 0
