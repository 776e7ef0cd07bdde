"""The example in docs/strawberry.md runs, and is what the page says of it."""

import asyncio
import re
from pathlib import Path
from types import ModuleType

import pytest
from graphql import ObjectTypeDefinitionNode, parse, print_ast

from connectors.local.connector import LocalConnector
from connectors.mapping.parse import parse_selection
from connectors.protocol import CallContext, CallRequest, Fetch, Representation
from federation.config.read import read_config
from schemas.authoring.load_module import load_module
from schemas.authoring.local_schema import local_schema
from schemas.connect import Connect
from schemas.read_connect import read_connect
from schemas.selection import Field, InlineFragment
from schemas.subgraph import Subgraph
from schemas.supergraph import Graph
from schemas.to_subgraph import to_subgraph

PAGE = (Path(__file__).parents[3] / "docs/strawberry.md").read_text("utf-8")
PRELUDE = """
extend schema @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect", "@local"])
  @source(name: "reviews", http: { baseURL: "http://127.0.0.1:8090" })
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def module(tmp_path: Path) -> ModuleType:
    path = tmp_path / "reviews.py"
    path.write_text(blocks("python")[0], "utf-8")
    return load_module(str(path))


def bindings(subgraph: Subgraph) -> dict[str, Connect]:
    return {connect.coordinate: connect for connect in read_connect(subgraph).connects}


def test_the_example_binds_what_the_page_says(module: ModuleType) -> None:
    assert {name: connect.key for name, connect in bindings(to_subgraph(module, "reviews")).items()} == {
        "Review": "id",
        "Product.reviews": "sku",
        "Query.latestReviews": None,
        "Mutation.addReview": None,
    }


def test_the_example_becomes_the_sdl_on_the_page(module: ModuleType) -> None:
    shown = Subgraph("reviews", PRELUDE + blocks("graphql")[0])
    printed = to_subgraph(module, "reviews")
    ours, theirs = bindings(shown)["Review"], bindings(printed)["Review"]

    assert fields(shown) == fields(printed)
    assert read_connect(shown).local_fields[0] in read_connect(printed).local_fields
    assert parse_selection(ours.selection) == parse_selection(theirs.selection)
    assert (ours.call, ours.batch, ours.key) == (theirs.call, theirs.batch, theirs.key)


def test_the_configuration_on_the_page_is_one(tmp_path: Path) -> None:
    path = tmp_path / "interlace.yaml"
    path.write_text(blocks("yaml")[0], "utf-8")

    config = read_config(path, {})

    assert config.subgraphs["reviews"].module == "reviews"
    assert [each.address for each in config.services["reviews"].endpoints] == ["127.0.0.1:8090"]


async def test_the_resolvers_of_the_example_run(module: ModuleType) -> None:
    connector = LocalConnector(local_schema(module), Graph("reviews", "reviews", "", {}))
    template = connector.prepare(
        Fetch(
            "reviews",
            "query",
            (InlineFragment("User", (Field("trust"),)), InlineFragment("Review", (Field("summary"),))),
            (Representation("User", frozenset({"User"}), ()), Representation("Review", frozenset({"Review"}), ())),
        )
    )
    representations = [
        {"__typename": "User", "id": "ada"},
        {"__typename": "User", "id": "eve"},
        {"__typename": "Review", "id": "7", "stars": 3, "text": "Quite good."},
    ]
    context = CallContext(deadline=asyncio.get_running_loop().time() + 5)

    answer = await connector.call(CallRequest(template, {}, representations, context))

    assert answer.data == [{"trust": 0.9}, {"trust": 0.1}, {"summary": "*** Quite good."}]


def fields(subgraph: Subgraph) -> list[str]:
    """The fields of Review, without their descriptions."""
    for node in parse(subgraph.sdl).definitions:
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == "Review":
            return [re.sub(r'""".*?"""\n', "", print_ast(field), flags=re.DOTALL) for field in node.fields or ()]
    return []
