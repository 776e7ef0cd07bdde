"""Arguments that come from objects further up (`@context`, `@fromContext`), over a real subgraph."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from graphql import build_schema, execute_sync, parse

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from tests.gateway.conftest import Client
from tests.gateway.served_subgraph import served

TYPES = """
type Query {
  shops: [Shop!]!
  region: Region
}
interface Place { language: String }
type Shop implements Place @key(fields: "id") CONTEXT { id: ID! language: String currency: String items: [Item!]! }
type Region implements Place CONTEXT { language: String settings: Settings shops: [Shop!]! first: Item }
type Settings { money: Money }
type Money { currency: String }
type Item @key(fields: "sku") {
  sku: ID!
  name(upper: Boolean = false, in: String LANGUAGE): String
  price(in: String CURRENCY): String
  twin: Item
}
"""
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext"])'
)
SDL = LINK + TYPES.replace("CONTEXT", '@context(name: "place")').replace(
    "LANGUAGE", '@fromContext(field: "$place { language }")'
).replace(
    "CURRENCY",
    '@fromContext(field: "$place ... on Shop { currency } ... on Region { settings { money { currency } } }")',
)
PLAIN = TYPES
for word in ("CONTEXT", "LANGUAGE", "CURRENCY"):
    PLAIN = PLAIN.replace(word, "")
SCHEMA = build_schema(
    PLAIN.replace('@key(fields: "id")', "").replace('@key(fields: "sku")', "")
    + """
    scalar _Any
    union _Entity = Shop | Item
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
    """
)
CONFIG = "subgraphs: {{shop: {{sdl: {sdl}, url: {address}/graphql}}}}"


def item(sku: str) -> dict[str, Any]:
    def name(_: Any, upper: bool = False, **arguments: Any) -> str:
        if arguments["in"] == "xx":
            raise ValueError(f"{sku} has no name in xx")
        text = f"{sku} in {arguments['in']}"
        return text.upper() if upper else text

    return {
        "__typename": "Item",
        "sku": sku,
        "name": name,
        "price": lambda _, **arguments: f"{sku} {arguments['in']}",
        "twin": lambda _: item(f"{sku}2"),
    }


def shop(number: str, language: str | None, currency: str, *skus: str) -> dict[str, Any]:
    items = [item(sku) for sku in skus]
    return {"__typename": "Shop", "id": number, "language": language, "currency": currency, "items": items}


SHOPS = [shop("1", "de", "EUR", "a", "ß"), shop("2", "fr", "EUR", "a"), shop("3", "de", "CHF", "a", "c")]


class Subgraph:
    def __init__(self) -> None:
        self.operations: list[str] = []
        self.root = {
            "shops": SHOPS,
            "region": {
                "language": "it",
                "settings": {"money": {"currency": "LIT"}},
                "shops": SHOPS[:1],
                "first": item("r"),
            },
            "_entities": lambda _, representations: [item(each["sku"]) for each in representations],
        }

    async def execute(self, body: dict[str, Any], _: dict[bytes, str]) -> dict[str, Any]:
        self.operations.append(body["query"])
        result = execute_sync(SCHEMA, parse(body["query"]), self.root, variable_values=body.get("variables"))
        return {"data": result.data, "errors": [error.formatted for error in result.errors or ()] or None}


@pytest_asyncio.fixture(loop_scope="session")
async def subgraph() -> AsyncIterator[Subgraph]:
    yield Subgraph()


@pytest_asyncio.fixture(loop_scope="session")
async def client(subgraph: Subgraph, tmp_path: Path) -> AsyncIterator[Client]:
    (tmp_path / "shop.graphql").write_text(SDL, encoding="utf-8")
    async with served(subgraph.execute) as address:
        config = parse_config(CONFIG.format(sdl="shop.graphql", address=address), tmp_path / "interlace.yaml")
        async with open_gateway(config) as gateway:
            yield Client(gateway)


async def test_an_argument_comes_from_the_object_above(client: Client) -> None:
    data = await client.data("{ shops { items { name } } }")

    assert data["shops"][0]["items"] == [{"name": "a in de"}, {"name": "ß in de"}]
    assert data["shops"][1]["items"] == [{"name": "a in fr"}]


async def test_entities_of_all_contexts_are_asked_for_in_one_call(client: Client, subgraph: Subgraph) -> None:
    data = await client.data("{ shops { items { name price } } }")

    assert [each["price"] for each in data["shops"][2]["items"]] == ["a CHF", "c CHF"]
    assert len(subgraph.operations) == 2


async def test_the_nearest_object_above_decides(client: Client) -> None:
    data = await client.data("{ region { first { name price } shops { items { name price } } } }")

    assert data["region"]["first"] == {"name": "r in it", "price": "r LIT"}
    assert data["region"]["shops"][0]["items"][0] == {"name": "a in de", "price": "a EUR"}


async def test_other_arguments_and_aliases_stay_the_clients(client: Client) -> None:
    query = "query($up: Boolean) { region { first { loud: name(upper: $up) name } } }"

    data = await client.data(query, {"up": True})

    assert data["region"]["first"] == {"loud": "R IN IT", "name": "r in it"}


async def test_a_context_holds_for_entities_behind_entities(client: Client) -> None:
    data = await client.data("{ shops { items { twin { name } name } } }")

    assert data["shops"][1]["items"] == [{"twin": {"name": "a2 in fr"}, "name": "a in fr"}]


async def test_a_client_variable_of_the_same_name_is_another(client: Client) -> None:
    query = "query($context_Item_name_in: Boolean) { region { first { name(upper: $context_Item_name_in) } } }"

    data = await client.data(query, {"context_Item_name_in": True})

    assert data["region"]["first"]["name"] == "R IN IT"


async def test_clients_cannot_give_the_argument_themselves(client: Client) -> None:
    answer = await client.ask('{ region { first { name(in: "en") } } }')

    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_an_error_stands_at_its_entity(client: Client, subgraph: Subgraph) -> None:
    subgraph.root["shops"] = [SHOPS[1], shop("4", "xx", "EUR", "a", "b")]

    answer = await client.ask("{ shops { items { name } } }")

    assert answer["data"]["shops"] == [{"items": [{"name": "a in fr"}]}, {"items": [{"name": None}, {"name": None}]}]
    assert [error["path"] for error in answer["errors"]] == [
        ["shops", 1, "items", 0, "name"],
        ["shops", 1, "items", 1, "name"],
    ]


async def test_null_is_a_value_too(client: Client, subgraph: Subgraph) -> None:
    subgraph.root["shops"] = [shop("5", None, "EUR", "a")]

    data = await client.data("{ shops { items { name } } }")

    assert data["shops"] == [{"items": [{"name": "a in None"}]}]
