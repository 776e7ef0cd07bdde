"""Plain GraphQL services, which know nothing of federation, join by lookups."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError, build_schema, execute_sync, parse, validate

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.errors import ConfigurationError
from tests.gateway.conftest import Client
from tests.gateway.served_subgraph import served

CATALOG = build_schema(
    """
    "Things for sale."
    type Product {
      sku: ID!
      "What it is called."
      name: String
      price: Float @deprecated(reason: "use cost")
      maker: Maker
    }
    type Maker { code: Int! country: String! name: String }
    type Query {
      products(skus: [ID!]!, verbose: Boolean = false): [Product]!
      maker(code: Int!, country: String!): Maker
      ping: String
    }
    """
)
REVIEWS = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])
type Query { reviews(first: Int!): [Review!]! }
type Review { id: ID! product: Product maker: Maker }
type Product @key(fields: "sku") { sku: ID! stars: Int }
type Maker @key(fields: "code country") { code: Int! @shareable country: String! @shareable fans: Int }
"""
REVIEWS_SCHEMA = build_schema(
    """
    type Query { reviews(first: Int!): [Review!]! _entities(representations: [_Any!]!): [_Entity]! }
    type Review { id: ID! product: Product maker: Maker }
    type Product { sku: ID! stars: Int }
    type Maker { code: Int! country: String! fans: Int }
    scalar _Any
    union _Entity = Product | Maker
    """
)
CONFIG = """
subgraphs:
  catalog:
    url: {catalog}/graphql
    plain: true
    lookups: {{products: sku, maker: code country}}
  reviews: {{sdl: reviews.graphql, url: {reviews}/graphql}}
services:
  catalog: {{endpoints: ["{catalog}"], timeout: 2s, expose_errors: true}}
"""


def product(sku: str) -> dict[str, Any] | None:
    if sku.startswith("gone"):
        return None

    def name(_: Any) -> str:
        if sku == "broken":
            raise GraphQLError("no name")
        return f"product {sku}"

    return {"sku": sku, "name": name, "maker": {"code": 1, "country": "LT", "name": "Rūta"}}


class Service:
    """A GraphQL server that keeps what it is asked."""

    def __init__(self, schema: Any, root: Mapping[str, Any]) -> None:
        self.schema = schema
        self.root = root
        self.asked: list[str] = []

    async def execute(self, body: dict[str, Any], _: dict[bytes, str]) -> dict[str, Any]:
        document = parse(body["query"])
        problems = validate(self.schema, document)
        if problems:
            return {"errors": [problem.formatted for problem in problems]}
        self.asked.append(body["query"])
        result = execute_sync(
            self.schema,
            document,
            self.root,
            variable_values=body.get("variables"),
            type_resolver=lambda value, *_: value["__typename"],
        )
        return {"data": result.data, "errors": [error.formatted for error in result.errors or ()] or None}


def catalog() -> Service:
    # In another order than asked for, and without those it does not know.
    def products(_: Any, skus: list[str], verbose: bool) -> list[Any]:
        return [found for sku in reversed(skus) if (found := product(sku))]

    def maker(_: Any, code: int, country: str) -> Any:
        return {"code": code, "country": country, "name": f"{country} {code}"} if code else None

    return Service(CATALOG, {"products": products, "maker": maker, "ping": "pong"})


def reviews(*skus: str) -> Service:
    def found(_: Any, first: int) -> list[Any]:
        chosen = skus or tuple(str(number) for number in range(first))
        return [
            {"id": sku, "product": {"sku": sku}, "maker": {"code": number % 60, "country": "LT"}}
            for number, sku in enumerate(chosen[:first])
        ]

    def entities(_: Any, representations: list[dict[str, Any]]) -> list[Any]:
        return [{**each, "stars": 5, "fans": 7} for each in representations]

    return Service(REVIEWS_SCHEMA, {"reviews": found, "_entities": entities})


@asynccontextmanager
async def gateway(folder: Path, catalog: Service, reviews: Service) -> AsyncIterator[Client]:
    (folder / "reviews.graphql").write_text(REVIEWS, encoding="utf-8")
    async with served(catalog.execute) as first, served(reviews.execute) as second:
        config = parse_config(CONFIG.format(catalog=first, reviews=second), folder / "interlace.yaml")
        async with open_gateway(config) as opened:
            catalog.asked.clear()
            yield Client(opened)


async def test_a_list_lookup_gives_all_entities_of_a_level_in_one_call(tmp_path: Path) -> None:
    service = catalog()
    async with gateway(tmp_path, service, reviews()) as client:
        data = await client.data("{ reviews(first: 1000) { product { name stars } } }")

    assert [each["product"]["name"] for each in data["reviews"]] == [f"product {number}" for number in range(1000)]
    assert len(service.asked) == 1


async def test_entities_are_matched_by_key_and_unknown_ones_are_null(tmp_path: Path) -> None:
    async with gateway(tmp_path, catalog(), reviews("ä", "gone", "b")) as client:
        data = await client.data("{ reviews(first: 3) { product { sku name } } }")

    assert [each["product"] for each in data["reviews"]] == [
        {"sku": "ä", "name": "product ä"},
        {"sku": "gone", "name": None},
        {"sku": "b", "name": "product b"},
    ]


async def test_a_lookup_of_one_is_asked_for_each_entity_fifty_in_a_call(tmp_path: Path) -> None:
    service = catalog()
    async with gateway(tmp_path, service, reviews()) as client:
        data = await client.data("{ reviews(first: 200) { maker { name } } }")

    assert [each["maker"]["name"] for each in data["reviews"][:3]] == [None, "LT 1", "LT 2"]
    assert len(service.asked) == 2


async def test_entities_of_the_plain_service_go_on_to_others(tmp_path: Path) -> None:
    async with gateway(tmp_path, catalog(), reviews()) as client:
        data = await client.data('{ products(skus: ["a", "ß"]) { sku name stars maker { name fans } } }')

    assert data["products"][0] == {"sku": "ß", "name": "product ß", "stars": 5, "maker": {"name": "Rūta", "fans": 7}}


async def test_when_there_is_no_entity_nothing_is_asked(tmp_path: Path) -> None:
    service = catalog()
    async with gateway(tmp_path, service, reviews()) as client:
        data = await client.data("{ reviews(first: 0) { product { name } } ping }")

    assert data == {"reviews": [], "ping": "pong"}
    assert len(service.asked) == 1


async def test_an_error_stands_at_its_entity(tmp_path: Path) -> None:
    async with gateway(tmp_path, catalog(), reviews("a", "broken", "c")) as client:
        answer = await client.ask("{ reviews(first: 3) { product { name } } }")

    assert [each["product"]["name"] for each in answer["data"]["reviews"]] == ["product a", None, "product c"]
    assert [error["path"] for error in answer["errors"]] == [["reviews", 1, "product", "name"]]


async def test_descriptions_and_deprecations_are_kept(tmp_path: Path) -> None:
    fields = "fields(includeDeprecated: true) { name description isDeprecated }"
    async with gateway(tmp_path, catalog(), reviews()) as client:
        found = (await client.data(f'{{ __type(name: "Product") {{ description {fields} }} }}'))["__type"]

    assert found["description"] == "Things for sale."
    by_name = {field["name"]: field for field in found["fields"]}
    assert by_name["name"]["description"] == "What it is called."
    assert by_name["price"]["isDeprecated"]


async def test_a_service_that_stops_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "reviews.graphql").write_text(REVIEWS, encoding="utf-8")
    other = reviews("a", "b")
    async with served(other.execute) as second:
        async with served(catalog().execute) as first:
            config = parse_config(CONFIG.format(catalog=first, reviews=second), tmp_path / "interlace.yaml")
            opening = open_gateway(config)
            client = Client(await opening.__aenter__())
        answer = await client.ask("{ reviews(first: 2) { id product { name } maker { name } } }")
        await opening.__aexit__(None, None, None)

    assert [each["id"] for each in answer["data"]["reviews"]] == ["a", "b"]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UPSTREAM_CONNECT"}
    assert len(answer["errors"]) == 2  # one for each fetch


async def test_a_service_that_is_away_at_start_is_a_clear_error(tmp_path: Path) -> None:
    text = "subgraphs: {catalog: {url: http://127.0.0.1:1/graphql, plain: true}}"

    with pytest.raises(ConfigurationError, match=r"subgraph 'catalog': .* cannot be reached"):
        async with open_gateway(parse_config(text, tmp_path / "interlace.yaml")):
            pytest.fail("it opened")


async def test_a_service_that_refuses_introspection_is_a_clear_error(tmp_path: Path) -> None:
    async def refuse(*_: object) -> dict[str, Any]:
        return {"errors": [{"message": "introspection is off"}]}

    async with served(refuse) as address:
        text = f"subgraphs: {{catalog: {{url: {address}/graphql, plain: true}}}}"
        with pytest.raises(ConfigurationError, match="refused introspection: introspection is off; give its SDL"):
            async with open_gateway(parse_config(text, tmp_path / "interlace.yaml")):
                pytest.fail("it opened")
