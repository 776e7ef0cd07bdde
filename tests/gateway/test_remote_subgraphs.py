"""Remote federation subgraphs, run by Strawberry's own engine, beside the shop's services."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import orjson
import pytest
import pytest_asyncio
import strawberry
from strawberry import ID
from strawberry.types import Info

from examples.storefront.run import Storefront
from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.request import ClientRequest
from tests.gateway.conftest import STOREFRONT, Client
from tests.gateway.served_subgraph import served

CONFIG = """
subgraphs:
  user: {{sdl: {folder}/subgraphs/user.graphql}}
  reviews: {{url: {reviews}/graphql}}
services:
  users: {{endpoints: ["${{USERS_1}}", "${{USERS_2}}"]}}
  reviews:
    endpoints: ["{endpoint}"]
    timeout: 2s
    forward_headers: [x-tenant]
    expose_errors: {expose}
"""


@strawberry.federation.type(keys=["id"])
class User:
    id: ID

    @classmethod
    def resolve_reference(cls, id: ID) -> "User":  # noqa: A002
        return cls(id=id)

    @strawberry.field
    def reviews(self) -> list["Review"]:
        return [Review(stars=int(self.id) % 5, author=self)]

    @strawberry.field
    def mood(self) -> str | None:
        if self.id == "2":
            raise ValueError("secret: 10.0.0.1 is down")
        return f"mood of {self.id}"


@strawberry.federation.type
class Review:
    stars: int
    author: User


@strawberry.type
class Query:
    @strawberry.field
    def reviews(self) -> list[Review]:
        return [Review(stars=number, author=User(id=ID(str(number)))) for number in range(1, 4)]

    @strawberry.field
    def tenant(self, info: Info) -> str | None:
        return info.context.get(b"x-tenant")

    @strawberry.field
    def authorization(self, info: Info) -> str | None:
        return info.context.get(b"authorization")

    @strawberry.field
    async def never(self) -> int | None:
        return await asyncio.get_running_loop().create_future()


SCHEMA = strawberry.federation.Schema(query=Query, types=[User])


async def execute(body: dict[str, Any], headers: dict[bytes, str]) -> dict[str, Any]:
    """The subgraph's answer; resolvers find the request's headers in their context."""
    result = await SCHEMA.execute(body["query"], body.get("variables"), context_value=headers)
    return {"data": result.data, "errors": [error.formatted for error in result.errors or ()] or None}


def subgraph() -> AbstractAsyncContextManager[str]:
    return served(execute)


@asynccontextmanager
async def over(shop: Storefront, reviews: str, *, expose: bool = False) -> AsyncIterator[Client]:
    text = CONFIG.format(
        folder=STOREFRONT, reviews=reviews, endpoint=reviews.removeprefix("http://"), expose=str(expose).lower()
    )
    config = parse_config(text, STOREFRONT / "interlace.yaml", {**os.environ, **shop.environment()})
    async with open_gateway(config) as gateway:
        yield Client(gateway)


@pytest_asyncio.fixture(loop_scope="session")
async def reviews(shop: Storefront) -> AsyncIterator[Client]:
    async with subgraph() as address, over(shop, address) as client:
        yield client


async def test_entities_go_from_a_service_to_a_subgraph(reviews: Client) -> None:
    data = await reviews.data("{ users(first: 3) { name reviews { stars } } }")

    assert [user["reviews"] for user in data["users"]] == [[{"stars": 1}], [{"stars": 2}], [{"stars": 3}]]


async def test_entities_go_from_a_subgraph_to_a_service_in_one_batch(reviews: Client, shop: Storefront) -> None:
    data = await reviews.data("{ reviews { stars author { called: name } } }")

    assert data["reviews"][0]["author"]["called"] == "Rūta García"
    assert await shop.calls() == {"GET /users": 1}


async def test_an_error_of_the_subgraph_stands_at_its_place_and_is_masked(reviews: Client) -> None:
    answer = await reviews.ask("{ all: users(first: 3) { id feels: mood } }")

    assert [user["feels"] for user in answer["data"]["all"]] == ["mood of 1", None, "mood of 3"]
    assert [error["path"] for error in answer["errors"]] == [["all", 1, "feels"]]
    assert answer["errors"][0]["extensions"] == {"code": "SUBGRAPH_ERROR", "service": "reviews"}
    assert "secret" not in str(answer)


async def test_an_operator_may_expose_the_errors_of_a_subgraph(shop: Storefront) -> None:
    async with subgraph() as address, over(shop, address, expose=True) as client:
        answer = await client.ask("{ users(first: 2) { mood } }")

    assert answer["errors"][0]["message"] == "secret: 10.0.0.1 is down"


async def test_only_headers_on_the_list_are_passed_on(reviews: Client) -> None:
    headers = {"x-tenant": "north", "authorization": "Bearer secret"}

    answer = await reviews.gateway.answer(ClientRequest("{ tenant authorization }", headers=headers))

    assert orjson.loads(answer.body) == {"data": {"tenant": "north", "authorization": None}}


async def test_a_subgraph_that_never_answers_is_one_error_in_time(reviews: Client) -> None:
    answer = await reviews.ask("{ never users(first: 1) { id } }")

    assert answer["data"] == {"never": None, "users": [{"id": "1"}]}
    assert answer["errors"][0]["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "reviews"}


async def test_a_subgraph_that_is_gone_is_one_error(shop: Storefront) -> None:
    async with subgraph() as address, over(shop, address) as client:
        pass
    async with subgraph() as address:
        opened = over(shop, address)
        client = await opened.__aenter__()
    answer = await client.ask("{ users(first: 20) { name mood } }")
    await opened.__aexit__(None, None, None)

    assert len(answer["errors"]) == 1
    assert answer["errors"][0]["extensions"] == {"code": "UPSTREAM_CONNECT", "service": "reviews"}
    assert all(user["name"] and user["mood"] is None for user in answer["data"]["users"])


async def test_a_subgraph_that_is_away_at_start_is_a_clear_error(shop: Storefront) -> None:
    from federation.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="subgraph 'reviews': "):
        async with over(shop, "http://127.0.0.1:9"):
            pass
