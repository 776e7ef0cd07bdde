"""What a gateway keeps of what real services answer over HTTP, counted in calls."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import build_schema, execute_sync, parse

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.errors import ConfigurationError
from federation.gateway import Gateway
from federation.request import ClientAnswer, ClientRequest
from tests.gateway.served_app import Asked, Replied, served_app

LINKS = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])
  @link(url: "https://interlace.dev/policy/v0.1", import: ["@cacheControl", "@hasRole"])
"""
# Products come from a remote subgraph, their stock and the motto of the shop from REST.
PRODUCTS = """
type Query { products(ids: [ID!]!): [Product!]! note: String }
type Mutation { rename(id: ID!, name: String!): Product! drop(id: ID!): Boolean }
type Product @key(fields: "id") { id: ID! name: String @cacheControl(maxAge: 60, scope: "public") }
"""
STOCK = """
extend schema
  @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "stock", http: { baseURL: "http://127.0.0.1:1" })
type Query { motto: String CACHE @connect(source: "stock", http: { GET: "/motto" }, selection: "$.text") }
type Product @key(fields: "id") @connect(
  source: "stock", http: { POST: "/stock", body: "ids: $batch.id" }, selection: "$.items { id left }"
) { id: ID! left: Int CACHE }
"""
CACHE = '@cacheControl(maxAge: 60, scope: "public")'
PLAIN = build_schema(
    PRODUCTS.replace('@cacheControl(maxAge: 60, scope: "public")', "").replace('@key(fields: "id")', "")
    + """
    scalar _Any
    union _Entity = Product
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
    """
)
CONFIG = """
subgraphs:
  products: {{sdl: products.graphql, url: {products}/graphql}}
  stock: {{sdl: stock.graphql}}
services:
  products: {{endpoints: ["{products}"]}}
  stock: {{endpoints: ["{stock}"]}}
cache: {{debug: header}}
"""
PAGE = "query Page($ids: [ID!]!) { products(ids: $ids) { id name left } }"


@dataclass
class Shop:
    """Both services: what they were asked, and what they say of their answers."""

    calls: list[Asked] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    gateway: Gateway = field(default_factory=Gateway)

    def called(self, path: str) -> list[Asked]:
        return [call for call in self.calls if call.path == path]

    def products(self, asked: Asked) -> Replied:
        self.calls.append(asked)

        def product(number: str) -> dict[str, Any]:
            return {"__typename": "Product", "id": number, "name": self.names.get(number, f"product {number}")}

        def rename(_: Any, id: str, name: str) -> dict[str, Any]:  # noqa: A002 - as the schema names it
            self.names[id] = name
            return product(id)

        root = {
            "products": lambda _, ids: [product(number) for number in ids],
            "note": "for you",
            "rename": rename,
            "drop": lambda _, id: True,  # noqa: A006 - as the schema names it
            "_entities": lambda _, representations: [product(each["id"]) for each in representations],
        }
        result = execute_sync(PLAIN, parse(asked.body["query"]), root, variable_values=asked.body.get("variables"))
        return Replied({"data": result.data, "errors": [error.formatted for error in result.errors or ()] or None})

    def stock(self, asked: Asked) -> Replied:
        self.calls.append(asked)
        if asked.path == "/motto":
            if asked.headers.get("if-none-match") == '"v1"':
                return Replied(status=304, headers=self.headers)
            return Replied({"text": "we deliver"}, self.headers)
        return Replied({"items": [{"id": number, "left": int(number)} for number in asked.body["ids"]]}, self.headers)

    async def send(
        self, query: str, variables: Mapping[str, Any] | None = None, **headers: str
    ) -> tuple[dict[str, Any], ClientAnswer]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.gateway.answer(ClientRequest(query, variables=variables or {}, headers=named))
        return orjson.loads(answer.body), answer

    async def page(self, *ids: int) -> list[dict[str, Any]]:
        body, _ = await self.send(PAGE, {"ids": [str(number) for number in ids]})
        assert "errors" not in body, body
        products: list[dict[str, Any]] = body["data"]["products"]
        return products


@asynccontextmanager
async def opened(
    folder: Path, cache: str = CACHE, section: str = "debug: header", config: str = "", **headers: str
) -> AsyncIterator[Shop]:
    shop = Shop(headers={name.replace("_", "-"): value for name, value in headers.items()})
    (folder / "products.graphql").write_text(LINKS + PRODUCTS, encoding="utf-8")
    (folder / "stock.graphql").write_text(LINKS + STOCK.replace("CACHE", cache), encoding="utf-8")
    async with served_app(shop.products) as products, served_app(shop.stock) as stock:
        text = CONFIG.format(products=products.removeprefix("http://"), stock=stock.removeprefix("http://"))
        text = text.replace("url: ", "url: http://").replace("debug: header", section) + config
        async with open_gateway(parse_config(text, folder / "interlace.yaml"), shop.gateway):
            yield shop


async def test_entities_of_rest_are_fetched_once_each(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        await shop.page(1, 2)
        assert await shop.page(1, 2, 3) == [
            {"id": str(number), "name": f"product {number}", "left": number} for number in (1, 2, 3)
        ]

        assert [call.body["ids"] for call in shop.called("/stock")] == [["1", "2"], ["3"]]


async def test_root_fields_are_fetched_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        for _ in range(3):
            body, _ = await shop.send("{ motto }")
            assert body == {"data": {"motto": "we deliver"}}

        assert len(shop.called("/motto")) == 1


async def test_without_hints_everything_is_fetched_each_time(tmp_path: Path) -> None:
    async with opened(tmp_path, cache="") as shop:
        for _ in range(2):
            await shop.page(1)

        assert len(shop.called("/stock")) == len(shop.called("/graphql")) == 2


async def test_switched_off_nothing_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, section="enabled: false") as shop:
        for _ in range(2):
            _, answer = await shop.send("{ motto }")

        assert len(shop.called("/motto")) == 2
        assert answer.headers == ()


async def test_a_mutation_makes_what_it_returns_forgotten(tmp_path: Path) -> None:
    hinted = "policies:\n  Query.products: {cache: {ttl: products, scope: public}}\n"
    async with opened(tmp_path, config=hinted) as shop:
        await shop.page(1, 2)
        await shop.page(1, 2)
        assert len(shop.called("/graphql")) == 1

        body, _ = await shop.send('mutation { rename(id: "1", name: "new") { id name } }')
        assert "errors" not in body

        assert [each["name"] for each in await shop.page(1, 2)] == ["new", "product 2"]


async def test_a_mutation_makes_what_is_declared_forgotten(tmp_path: Path) -> None:
    hinted = "policies:\n  Query.note: {cache: {ttl: 60, tags: [notes]}}\n"
    async with opened(tmp_path, section="mutations: {Mutation.drop: [{tag: notes}]}", config=hinted) as shop:
        for query in ("{ note }", "{ note }", 'mutation { drop(id: "1") }', "{ note }", "{ note }"):
            body, _ = await shop.send(query)
            assert "errors" not in body

        assert [call.body["query"] for call in shop.called("/graphql")] == [
            "query{note}",
            'mutation{drop(id:"1")}',
            "query{note}",
        ]


async def test_answers_say_how_long_they_hold(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        _, answer = await shop.send("{ motto }")
        assert dict(answer.headers)[b"cache-control"].startswith(b"public, max-age=")

        _, answer = await shop.send("{ motto note }")
        assert dict(answer.headers)[b"cache-control"] == b"no-store"


async def test_answers_with_errors_must_not_be_stored(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        await shop.send("{ motto }")
        _, answer = await shop.send("{ motto products(ids: null) { id } }")
        assert answer.refused
        assert not answer.headers


async def test_the_trace_says_why_something_was_kept_or_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        await shop.page(1)
        body, _ = await shop.send(PAGE, {"ids": ["1", "2"]}, interlace_cache_debug="1")

        parts = {part["service"]: part for part in body["extensions"]["cache"]}
        assert parts["products"]["status"] == "bypass"
        assert parts["products"]["reason"] == "no cache hint for Query.products"
        assert (parts["stock"]["status"], parts["stock"]["entries"], parts["stock"]["hits"]) == ("partial", 2, 1)


async def test_the_trace_is_for_those_who_may_see_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        body, _ = await shop.send("{ motto }")

        assert "extensions" not in body


async def test_what_a_service_says_of_its_answer_counts(tmp_path: Path) -> None:
    async with opened(tmp_path, cache_control="no-store") as shop:
        for _ in range(2):
            await shop.page(1)

        assert len(shop.called("/stock")) == 2


async def test_a_service_that_is_followed_decides_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, cache="", section="follow: [stock]", cache_control="max-age=60") as shop:
        for _ in range(2):
            await shop.send("{ motto }")

        assert len(shop.called("/motto")) == 1


async def test_an_answer_with_a_tag_is_asked_for_by_it(tmp_path: Path) -> None:
    async with opened(tmp_path, cache_control="no-cache", etag='"v1"') as shop:
        for _ in range(3):
            body, _ = await shop.send("{ motto }")
            assert body == {"data": {"motto": "we deliver"}}

        assert [call.headers.get("if-none-match") for call in shop.called("/motto")] == [None, '"v1"', '"v1"']


async def test_an_operation_can_be_asked_for_by_its_hash(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256(b"{ motto }").hexdigest()}}
        codes = []
        for query in ("", "{ motto }", ""):
            answer = await shop.gateway.answer(ClientRequest(query, extensions=extensions, may_mutate=False))
            codes.append(answer.code)

        assert codes == ["PERSISTED_QUERY_NOT_FOUND", "", ""]
        assert orjson.loads(answer.body) == {"data": {"motto": "we deliver"}}


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("follow: [nobody]", "cache.follow: there is no service 'nobody'; known are: products, stock"),
        ("mutations: {Mutation.x: [{tag: a}]}", "cache.mutations: there is no field Mutation.x"),
        ("mutations: {Mutation.drop: [{type: X}]}", "cache.mutations.Mutation.drop: there is no type 'X'"),
        (
            "mutations: {Mutation.drop: [{type: Product, key: {id: x}}]}",
            "cache.mutations.Mutation.drop: the field has no argument 'x'",
        ),
    ],
)
async def test_what_the_configuration_names_must_exist(tmp_path: Path, section: str, problem: str) -> None:
    hinted = CONFIG.format(products="127.0.0.1:1", stock="127.0.0.1:1").replace("url: ", "url: http://")
    text = hinted.replace("debug: header", section)
    (tmp_path / "products.graphql").write_text(LINKS + PRODUCTS, encoding="utf-8")
    (tmp_path / "stock.graphql").write_text(LINKS + STOCK.replace("CACHE", CACHE), encoding="utf-8")

    with pytest.raises(ConfigurationError, match=problem.replace("(", r"\(")):
        async with open_gateway(parse_config(text, tmp_path / "interlace.yaml")):
            pass
