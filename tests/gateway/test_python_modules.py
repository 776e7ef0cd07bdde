"""Subgraphs written in Python answer as their SDL twins do, and resolvers run beside bound fields."""

import os
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from examples.storefront.run import Storefront
from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from tests.gateway.conftest import Client
from tests.gateway.test_reference_query import STOREFRONT as REFERENCE

CONFIG = """
subgraphs:
  user: {module: schemas.user}
  order: {module: schemas.order}
  preference: {module: schemas.preference}
  greeting: {module: greeting.py}
services:
  users: {endpoints: ["${USERS_1}", "${USERS_2}"]}
  orders: {endpoints: ["${ORDERS_1}", "${ORDERS_2}"]}
  preferences: {endpoints: ["${PREFERENCES_1}", "${PREFERENCES_2}"]}
"""
GREETING = '''
from collections.abc import Sequence

import strawberry
from strawberry import ID

from schemas.authoring import Info, key, local

LOADS: list[list[ID]] = []


async def load_greetings(ids: list[ID]) -> Sequence[str]:
    LOADS.append(ids)
    return [f"hello {each}" for each in ids]


@key("id")
class User:
    id: ID

    @strawberry.field
    async def greeting(self, info: Info) -> str:
        """One load for all users of a level."""
        return await info.context.loader(load_greetings).load(self.id)

    @strawberry.field
    def trouble(self) -> str | None:
        raise RuntimeError("secret")


@strawberry.type
class Query:
    @strawberry.field
    def loads(self) -> int:
        """How many loads there have been."""
        return len(LOADS)
'''


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def in_python(running_shop: Storefront, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "greeting.py").write_text(textwrap.dedent(GREETING))
    config = parse_config(CONFIG, folder / "interlace.yaml", {**os.environ, **running_shop.environment()})
    async with open_gateway(config) as gateway:
        yield Client(gateway)


async def test_the_reference_query_has_the_same_answer(in_python: Client, client: Client) -> None:
    assert await in_python.data(REFERENCE) == await client.data(REFERENCE)


async def test_the_reference_query_costs_the_same_calls(in_python: Client, shop: Storefront) -> None:
    await in_python.data(REFERENCE)

    assert set((await shop.calls()).values()) == {1}


async def test_resolvers_run_here_with_one_load_for_all_entities(in_python: Client, shop: Storefront) -> None:
    before = (await in_python.data("{ loads }"))["loads"]

    users = (await in_python.data("{ users(first: 20) { id greeting } }"))["users"]

    assert [user["greeting"] for user in users] == [f"hello {user['id']}" for user in users]
    assert (await in_python.data("{ loads }"))["loads"] == before + 1


async def test_a_resolver_that_raises_is_masked(in_python: Client, shop: Storefront) -> None:
    answer = await in_python.ask("{ user(id: 1) { name trouble } }")

    assert answer["data"] == {"user": {"name": "Rūta García", "trouble": None}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["RESOLVER_FAILED"]
    assert answer["errors"][0]["path"] == ["user", "trouble"]
    assert "secret" not in str(answer)


def test_a_module_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    from federation.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match=r"interlace.yaml:2: subgraphs.a.module: there is no file nowhere.py"):
        parse_config("subgraphs:\n  a: {module: nowhere.py}\n", tmp_path / "interlace.yaml", {})
