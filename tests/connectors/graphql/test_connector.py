"""What is sent to a subgraph, and that failures to reach it are answers."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from connectors.errors import BindingInvalid, CannotPrepare
from connectors.graphql.connector import GraphQLConnector
from connectors.protocol import Answer, Fetch
from connectors.traffic.http_service import HttpService
from schemas.supergraph import Graph

ReadFetch = Callable[..., Fetch]
Ask = Callable[..., Awaitable[Answer]]


async def test_a_query_is_posted_as_json_and_its_data_comes_back(subgraph: Any, ask: Ask, fetch: ReadFetch) -> None:
    subgraph.body = {"data": {"users": [{"id": "1"}]}}
    answer = await ask(fetch("{users{id}}"))
    assert answer == Answer({"users": [{"id": "1"}]})
    assert subgraph.raw_bodies == [b'{"query":"query{users{id}}"}']
    lines = subgraph.heads[0].split("\r\n")
    assert lines[0] == "POST /graphql HTTP/1.1"
    assert "content-type: application/json" in lines
    assert "accept: application/graphql-response+json, application/json" in lines


async def test_only_variables_that_the_fetch_mentions_and_the_client_gave_are_sent(
    subgraph: Any, ask: Ask, fetch: ReadFetch
) -> None:
    wanted = fetch("query($a:Int $b:Int $c:[In!]){f(a:$a b:$b c:$c)}")
    await ask(wanted, {"a": None, "c": [{"x": "Zoë"}], "other": 1})
    assert subgraph.bodies[0]["variables"] == {"a": None, "c": [{"x": "Zoë"}]}


async def test_entities_are_asked_for_with_all_representations_in_one_call(
    subgraph: Any, ask: Ask, fetch: ReadFetch
) -> None:
    subgraph.body = {"data": {"_entities": [{"name": "a"}, None]}}
    representations = [{"__typename": "User", "id": "1"}, {"__typename": "User", "id": "2"}]
    answer = await ask(fetch("query($n:Int){...on User{name(n:$n)}}", "User"), {"n": 3}, representations)
    assert answer == Answer([{"name": "a"}, None])
    assert [body["variables"] for body in subgraph.bodies] == [{"representations": representations, "n": 3}]


@pytest.mark.parametrize(
    ("operation", "entities", "requests"), [("{a}", (), 3), ("mutation{a}", (), 2), ("mutation{...on A{b}}", ("A",), 3)]
)
async def test_only_queries_are_made_again_when_a_kept_connection_turns_out_closed(
    subgraph: Any, ask: Ask, fetch: ReadFetch, operation: str, entities: tuple[str, ...], requests: int
) -> None:
    subgraph.body = {"data": {"_entities": [{"b": 1}]}}
    wanted = fetch(operation, *entities)
    representations = [{"__typename": "A"}] if entities else []
    await ask(wanted, {}, representations)
    subgraph.drops = 1
    answer = await ask(wanted, {}, representations)
    assert len(subgraph.bodies) == requests
    assert [error.code for error in answer.errors] == (["UPSTREAM_RESET"] if requests == 2 else [])


async def test_headers_are_constant_or_on_the_list_of_those_passed_on(
    subgraph: Any, ask: Ask, fetch: ReadFetch
) -> None:
    client = {"authorization": "Bearer x", "cookie": "secret", "x-tenant": "forged"}
    options = {
        "forward_headers": ("Authorization", "x-missing", "X-Tenant"),
        "headers": (("x-tenant", "ours"),),
    }
    await ask(fetch("{a}"), client_headers=client, **options)
    lines = subgraph.heads[0].split("\r\n")
    assert "authorization: Bearer x" in lines
    assert [line for line in lines if line.startswith("x-tenant")] == ["x-tenant: ours"]
    assert not [line for line in lines if line.startswith(("cookie", "x-missing"))]


async def test_a_forwarded_header_cannot_break_out_of_its_line(subgraph: Any, ask: Ask, fetch: ReadFetch) -> None:
    answer = await ask(fetch("{a}"), client_headers={"x-a": "b\r\nx-c: d"}, forward_headers=("x-a",))
    assert [error.code for error in answer.errors] == ["UPSTREAM_REQUEST_INVALID"]
    assert not subgraph.heads


async def test_a_value_without_json_is_an_error_of_the_call(subgraph: Any, ask: Ask, fetch: ReadFetch) -> None:
    answer = await ask(fetch("query($a:Int){f(a:$a)}"), {"a": 2**70})
    assert [error.code for error in answer.errors] == ["UPSTREAM_REQUEST_INVALID"]
    assert not subgraph.heads


async def test_a_service_that_is_down_is_one_error_without_its_address(
    subgraph: Any, ask: Ask, fetch: ReadFetch
) -> None:
    await subgraph.stop()
    answer = await ask(fetch("{a}"))
    assert answer.data is None
    (error,) = answer.errors
    assert (error.code, error.path) == ("UPSTREAM_CONNECT", ())
    assert "127.0.0.1" not in error.message
    assert subgraph.url in error.detail


def test_all_headers_that_cannot_be_sent_are_refused_at_once() -> None:
    service = HttpService("users", ["http://127.0.0.1:1"])
    with pytest.raises(BindingInvalid) as caught:
        GraphQLConnector(
            Graph("users", "users", "", {}),
            service,
            "/",
            forward_headers=("content-length", "bad name"),
            headers=(("x-a", "b\nc"),),
        )
    assert len(str(caught.value).splitlines()) == 3


def test_a_fetch_of_nothing_is_refused(service: HttpService) -> None:
    with pytest.raises(CannotPrepare, match="'users' selects nothing"):
        GraphQLConnector(Graph("users", "users", "", {}), service, "/").prepare(Fetch("users", "query", ()))


async def test_large_answers_of_many_entities_pass(subgraph: Any, ask: Ask, fetch: ReadFetch) -> None:
    entities = [{"name": "n" * 100, "id": str(number)} for number in range(10_000)]
    subgraph.body = orjson.dumps({"data": {"_entities": entities}})
    representations = [{"__typename": "User", "id": entity["id"]} for entity in entities]
    assert await ask(fetch("{...on User{id name}}", "User"), {}, representations) == Answer(entities)
