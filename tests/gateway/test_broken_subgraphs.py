"""What clients get of a remote subgraph that answers wrongly: all the others' data, and one error for each fetch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.request import ClientRequest
from tests.conformance.features.serve import serve
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2
from tests.serving import serving

SHOP = """
type Query { products: [Product] best: Product }
type Product @key(fields: "id") { id: ID! title: String }
"""
STOCK = 'type Product @key(fields: "id") { id: ID! stock: Int }'
CONFIG = """
subgraphs:
  shop: {{sdl: shop.graphql, url: "{shop}/graphql"}}
  stock: {{sdl: stock.graphql, url: "{stock}/graphql"}}
"""
QUERY = "{ products { title stock } best { title stock } }"


class Fixed:
    """A subgraph that gives one response to everything, and keeps what it was sent."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body, self.status = body, status
        self.sent: list[Any] = []

    async def __call__(self, _: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.sent.append(orjson.loads(body))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": self.body})


@asynccontextmanager
async def asked(folder: Path, stock: Fixed, query: str = QUERY) -> AsyncIterator[Any]:
    """The answer to a query, of which the stock is had from a fixed subgraph."""
    (folder / "shop.graphql").write_text(FEDERATION_2 + SHOP)
    (folder / "stock.graphql").write_text(FEDERATION_2 + STOCK)
    shop = StrictSubgraph(
        "shop",
        FEDERATION_2 + SHOP,
        fields={
            "Query.products": [{"id": "1", "title": "one"}, {"id": "2", "title": "two"}],
            "Query.best": {"id": "2", "title": "two"},
        },
    )
    with serve(shop) as address:
        async with serving(stock) as url:
            text = CONFIG.format(shop=f"http://{address}", stock=url)
            async with open_gateway(parse_config(text, folder / "interlace.yaml", {})) as gateway:
                yield orjson.loads((await gateway.answer(ClientRequest(query))).body)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (500, b"<h1>it broke</h1>", "UPSTREAM_ERROR"),
        (404, b"", "UPSTREAM_ERROR"),
        (200, b"<h1>hello</h1>", "UPSTREAM_BAD_RESPONSE"),
        (200, b"", "UPSTREAM_BAD_RESPONSE"),
        (200, b"[]", "UPSTREAM_BAD_RESPONSE"),
        (200, b'{"data": 5}', "UPSTREAM_BAD_RESPONSE"),
        (200, b'{"data": {"_entities": {}}}', "UPSTREAM_BAD_RESPONSE"),
        (200, b'{"data": {"_entities": [{"stock": 1}]}}', "UPSTREAM_BAD_RESPONSE"),
        (200, b'{"data": {"_entities": [{"stock": 1}, {"stock": 2}, {"stock": 3}]}}', "UPSTREAM_BAD_RESPONSE"),
        (200, b'{"data": {"_entities": [{"stock": 1}, 7]}}', "UPSTREAM_BAD_RESPONSE"),
    ],
    ids=["500", "404", "page", "empty", "list", "data", "no list", "an entity too few", "one too many", "no object"],
)
async def test_a_wrong_answer_is_one_error_beside_the_others_data(
    status: int, body: bytes, code: str, tmp_path: Path
) -> None:
    async with asked(tmp_path, Fixed(body, status)) as answer:
        pass

    assert answer["data"] == {
        "products": [{"title": "one", "stock": None}, {"title": "two", "stock": None}],
        "best": {"title": "two", "stock": None},
    }
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert answer["errors"][0]["path"] == ["products", 0, "stock"]
    assert "127.0.0.1" not in str(answer)


async def test_an_error_of_an_entity_stands_at_every_place_of_it_and_the_rest_is_kept(tmp_path: Path) -> None:
    error = {"message": "sold out", "path": ["_entities", 1, "stock"]}
    body = orjson.dumps({"data": {"_entities": [{"stock": 1}, {"stock": None}]}, "errors": [error]})

    async with asked(tmp_path, Fixed(body)) as answer:
        pass

    assert answer["data"]["products"] == [{"title": "one", "stock": 1}, {"title": "two", "stock": None}]
    assert [error["path"] for error in answer["errors"]] == [["products", 1, "stock"], ["best", "stock"]]


async def test_representations_go_once_in_a_typed_variable_and_type_names_are_not_asked(tmp_path: Path) -> None:
    stock = Fixed(b'{"data": {"_entities": [{"stock": 1}, {"stock": 2}]}}')

    async with asked(tmp_path, stock) as answer:
        pass

    assert "errors" not in answer
    assert [sent["variables"] for sent in stock.sent] == [
        {"representations": [{"__typename": "Product", "id": "1"}, {"__typename": "Product", "id": "2"}]}
    ]
    assert "$representations:[_Any!]!" in stock.sent[0]["query"].replace(": ", ":")
    assert "__typename" not in stock.sent[0]["query"]
