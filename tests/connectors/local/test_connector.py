"""Python resolvers answer like any other service: entities and roots, one load for many, failures as values."""

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest

from connectors.errors import CannotPrepare
from connectors.local.connector import LocalConnector
from connectors.protocol import Answer, CallContext, Fetch

Ask = Callable[..., Awaitable[Answer]]
BOOK: dict[str, Any] = {
    "__typename": "Book",
    "id": "1",
    "title": "Tea",
    "price": "12.50",
    "pages": "9007199254740993",
    "shelf": "UPPER",
    "author": {"firstName": "Ada"},
    "coAuthors": [{"bornAt": "1815-12-10T00:00:00Z"}, {"bornAt": None}],
}


def books(count: int) -> list[dict[str, Any]]:
    return [{"__typename": "Book", "id": str(number)} for number in range(count)]


async def test_a_root_field_answers_under_its_aliases_with_its_arguments(ask: Ask) -> None:
    answer = await ask(
        "query ($n: Int!) { two: branches { code } some: branches(first: $n) { __typename name } }",
        variables={"n": 1, "unused": 2},
    )

    assert answer == Answer(
        {"two": [{"code": "north"}, {"code": "south"}], "some": [{"__typename": "Branch", "name": "North"}]}
    )


async def test_arguments_become_the_python_types_that_the_resolver_asks_for(ask: Ask) -> None:
    answer = await ask('{ branches(after: "2001-02-03T04:05:06+00:00") { code } }')

    assert answer.data == {"branches": [{"code": "2001"}]}


async def test_conditions_decide_what_is_asked(ask: Ask) -> None:
    text = "query ($x: Boolean!) { branches(first: 1) { code @include(if: $x) name @skip(if: $x) } }"

    assert (await ask(text, variables={"x": True})).data == {"branches": [{"code": "north"}]}
    assert (await ask(text, variables={"x": False})).data == {"branches": [{"name": "North"}]}


async def test_mutations_run_one_after_the_other(ask: Ask, library: ModuleType) -> None:
    answer = await ask('mutation { a: rename(code: "n", name: "A") { name } b: rename(code: "n", name: "B") { name } }')

    assert answer.data == {"a": {"name": "A"}, "b": {"name": "B"}}
    assert library.ended == ["A", "B"]


async def test_an_entity_resolver_finds_the_required_fields_as_python_types(ask: Ask) -> None:
    answer = await ask('{ ... on Book { label(currency: "CHF") } }', [BOOK])

    assert answer.data == [{"label": "Tea by Ada [1815]: 12.50 CHF (Shelf.UPPER, 9007199254740994)"}], answer.errors


async def test_many_entities_cost_one_load_for_each_load_function(ask: Ask, library: ModuleType) -> None:
    answer = await ask("{ ... on Book { rating bestRating } }", books(1000))

    assert len(library.loads) == 1
    assert sorted(library.loads[0]) == sorted([*map(str, range(1000)), "zzzz"])
    assert answer.data[7] == {"rating": 1, "bestRating": 4}
    assert len(answer.data) == 1000


async def test_the_calls_of_one_request_share_loaded_values_and_other_requests_do_not(
    ask: Ask, library: ModuleType
) -> None:
    context = CallContext(deadline=asyncio.get_running_loop().time() + 5)

    await ask("{ ... on Book { rating } }", books(2), context=context)
    await ask("{ ... on Book { rating } }", books(3), context=context)
    await ask("{ ... on Book { rating } }", books(1))

    assert library.loads == [["0", "1"], ["2"], ["0"]]


async def test_a_team_may_make_the_entity_itself_and_may_not_know_it(ask: Ask) -> None:
    representations = [{"__typename": "Branch", "code": code} for code in ("north", "gone", "burnt", "west")]

    answer = await ask("{ ... on Branch { name } }", representations)

    assert answer.data == [{"name": "NORTH"}, None, None, {"name": "WEST"}]
    assert [(error.code, error.path) for error in answer.errors] == [("RESOLVER_FAILED", (2,))]


async def test_entities_of_several_types_stand_in_one_answer(ask: Ask) -> None:
    representations = [{"__typename": "Branch", "code": "north"}, *books(1)]

    answer = await ask("{ ... on Book { __typename rating } ... on Branch { name } }", representations)

    assert answer.data == [{"name": "NORTH"}, {"__typename": "Book", "rating": 1}]


async def test_a_client_variable_may_be_called_representations(ask: Ask) -> None:
    answer = await ask(
        "query ($representations: String!) { ... on Book { label(currency: $representations) } }",
        [BOOK],
        variables={"representations": "JPY"},
    )

    assert "12.50 JPY" in answer.data[0]["label"]


async def test_an_exception_is_an_error_at_its_field_with_its_reason_for_the_log_only(ask: Ask) -> None:
    answer = await ask("{ teapot branches(first: 1) { code } }")

    (error,) = answer.errors
    assert answer.data == {"teapot": None, "branches": [{"code": "north"}]}
    assert (error.code, error.path) == ("RESOLVER_FAILED", ("teapot",))
    assert error.message == "A resolver of the subgraph 'library' failed."
    assert "ValueError: short and stout" in error.detail
    assert "library.py" in error.detail


async def test_each_failing_entity_is_named_by_its_index(ask: Ask) -> None:
    titles = ["10", "ten", "20", "twenty"]

    answer = await ask("{ ... on Book { pageCount } }", [BOOK | {"title": title} for title in titles])

    assert answer.data == [{"pageCount": 10}, {"pageCount": None}, {"pageCount": 20}, {"pageCount": None}]
    assert [error.path for error in answer.errors] == [(1, "pageCount"), (3, "pageCount")]


async def test_a_load_that_fails_is_one_error_however_many_entities_waited_for_it(ask: Ask) -> None:
    answer = await ask("{ ... on Book { rating broken } }", books(50))

    (error,) = answer.errors
    assert answer.data == [{"rating": len(str(number)), "broken": None} for number in range(50)]
    assert (error.code, error.path) == ("RESOLVER_FAILED", (0, "broken"))
    assert "db.internal" not in error.message
    assert "db.internal:5432 refused" in error.detail


async def test_a_key_that_a_load_does_not_find_fails_alone(ask: Ask) -> None:
    answer = await ask("{ ... on Book { known } }", books(3))

    assert answer.data == [{"known": 1}, {"known": None}, {"known": 1}]
    assert [error.path for error in answer.errors] == [(1, "known")]


async def test_a_resolver_may_lead_to_an_entity_by_its_key(ask: Ask) -> None:
    answer = await ask("{ firstBook { __typename id rating } firstVolume { id } }")

    assert answer.data == {"firstBook": {"__typename": "Book", "id": "1", "rating": 1}, "firstVolume": None}
    assert "Book has no field volume" in answer.errors[0].detail


async def test_a_field_that_was_not_required_is_missing_and_said_so_in_the_log(ask: Ask) -> None:
    answer = await ask("{ ... on Book { pageCount } }", books(1))

    assert answer.data == [{"pageCount": None}]
    assert "has no attribute 'title'" in answer.errors[0].detail


async def test_a_bound_field_does_not_run_here(ask: Ask) -> None:
    answer = await ask("{ ... on Book { blurb } }", books(1))

    assert "Book.blurb is given by a service" in answer.errors[0].detail


async def test_the_deadline_ends_resolvers_and_loads(ask: Ask, library: ModuleType) -> None:
    context = CallContext(deadline=asyncio.get_running_loop().time() + 0.05)

    answer = await ask("{ ... on Book { endless patient } }", books(2), context=context)
    await asyncio.sleep(0)

    assert answer.data is None
    assert [(error.code, error.path) for error in answer.errors] == [("UPSTREAM_TIMEOUT", ())]
    assert sorted(library.ended) == ["load", "patient", "patient"]


async def test_cancelling_a_call_cancels_its_resolvers_and_loads(ask: Ask, library: ModuleType) -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_of(ask("{ ... on Book { endless patient } }", books(1))))
        await library.started.wait()
        before = asyncio.all_tasks()
        task.cancel()

    assert task.cancelled()
    await asyncio.wait(before - {asyncio.current_task()})
    assert sorted(library.ended) == ["load", "patient"]


async def test_a_resolver_that_nobody_needs_any_more_is_cancelled(ask: Ask, library: ModuleType) -> None:
    answer = await ask("{ ... on Book { patient strictAfter } }", books(1))

    assert answer.data == [None]
    await asyncio.sleep(0)
    assert library.ended == ["patient"]
    assert len(asyncio.all_tasks()) == 1


async def test_an_entity_that_gives_up_does_not_take_a_shared_value_from_others(ask: Ask) -> None:
    without_title, with_title = {"__typename": "Book", "id": "0"}, {"__typename": "Book", "id": "0", "title": "Tea"}

    answer = await ask("{ ... on Book { rating title } }", [without_title, with_title])

    assert answer.data == [None, {"rating": 1, "title": "Tea"}]
    assert [error.path for error in answer.errors] == [(0, "title")]


def test_what_the_schema_does_not_have_is_refused_when_the_plan_is_made(
    connector: LocalConnector, fetch: Callable[..., Fetch]
) -> None:
    with pytest.raises(CannotPrepare, match="Cannot query field 'size' on type 'Branch'"):
        connector.prepare(fetch("{ branches { size } }"))


async def test_closing_twice_is_safe(connector: LocalConnector) -> None:
    await connector.close()
    await connector.close()


async def _of(answer: Awaitable[Answer]) -> Answer:
    return await answer
