"""Fetches from a subgraph that a team might have written, executed by its own GraphQL engine."""

from collections.abc import Awaitable, Callable
from typing import Any, Self

import pytest
import strawberry
from graphql import build_schema

from connectors.graphql.fetch_schema import fetch_schema
from connectors.protocol import Answer, Fetch

ReadFetch = Callable[..., Fetch]
Ask = Callable[..., Awaitable[Answer]]


@strawberry.federation.type(keys=["id"])
class User:
    id: strawberry.ID

    @strawberry.field
    def name(self, upper: bool = False) -> str:
        if self.id == "3":
            raise ValueError("no name for 3")
        return self.id.upper() if upper else self.id

    @strawberry.field
    def email(self) -> str | None:
        if self.id == "a":
            raise ValueError("no e-mail for a")
        return f"{self.id}@example.com"

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self | None:  # noqa: A002 - the key's field is called so
        return None if id == "gone" else cls(id=id)


@strawberry.type
class Query:
    @strawberry.field
    def users(self, first: int = 2) -> list[User]:
        return [User(id=strawberry.ID(letter)) for letter in "abcdef"[:first]]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, id: strawberry.ID) -> User:  # noqa: A002 - the argument is called so
        return User(id=id)


@pytest.fixture
def team(subgraph: Any) -> Any:
    """The subgraph, with a schema behind it."""
    schema = strawberry.federation.Schema(query=Query, mutation=Mutation, types=[User])

    def execute(request: Any) -> Any:
        result = schema.execute_sync(request["query"], variable_values=request.get("variables"))
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        return answer

    subgraph.body = execute
    return subgraph


@pytest.fixture(autouse=True)
def silent(caplog: pytest.LogCaptureFixture) -> None:
    """Keep the engine's own log of resolver errors out of the way."""
    caplog.set_level("CRITICAL", logger="strawberry.execution")


async def test_its_sdl_can_be_asked_for(team: Any) -> None:
    sdl = await fetch_schema(team.url)
    assert "type User @key(" in sdl
    build_schema(sdl, assume_valid=True)


async def test_root_fields_with_aliases_variables_and_conditions(team: Any, ask: Ask, fetch: ReadFetch) -> None:
    wanted = fetch(
        "query($n:Int $up:Boolean! $mail:Boolean!)"
        "{some:users(first:$n){__typename id name(upper:$up) email@include(if:$mail)}}"
    )
    answer = await ask(wanted, {"n": 1, "up": True, "mail": False})
    assert answer == Answer({"some": [{"__typename": "User", "id": "a", "name": "A"}]})


async def test_entities_in_the_order_of_their_representations(team: Any, ask: Ask, fetch: ReadFetch) -> None:
    wanted = fetch("query($up:Boolean){...on User{name(upper:$up) email}}", "User")
    representations = [{"__typename": "User", "id": key} for key in ("z", "a", "gone")]
    answer = await ask(wanted, {"up": True}, representations)
    assert answer.data == [{"name": "Z", "email": "z@example.com"}, {"name": "A", "email": None}, None]
    assert [(error.message, error.path) for error in answer.errors] == [("no e-mail for a", (1, "email"))]


async def test_an_entity_that_fails_is_null_with_its_error(team: Any, ask: Ask, fetch: ReadFetch) -> None:
    representations = [{"__typename": "User", "id": key} for key in ("1", "3")]
    answer = await ask(fetch("{...on User{name}}", "User"), {}, representations)
    assert answer.data == [{"name": "1"}, None]
    assert [(error.code, error.path) for error in answer.errors] == [("SUBGRAPH_ERROR", (1, "name"))]


async def test_mutations(team: Any, ask: Ask, fetch: ReadFetch) -> None:
    answer = await ask(fetch('mutation{first:rename(id:"1"){id} second:rename(id:"2"){id}}'))
    assert answer == Answer({"first": {"id": "1"}, "second": {"id": "2"}})


async def test_an_operation_that_it_refuses_is_its_error(team: Any, ask: Ask, fetch: ReadFetch) -> None:
    answer = await ask(fetch("{elsewhere}"))
    assert answer.data is None
    assert "Cannot query field 'elsewhere'" in answer.errors[0].message
