"""Directives that say something about the graph without changing how it is answered."""

import pytest

from federation.composition.compose import compose
from schemas.subgraph import Subgraph
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import World

LINKS = """
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: [
    "@key", "@tag", "@shareable", "@composeDirective", "@cost", "@listSize", "@cacheTag"
  ])
  @link(url: "https://acme.example/owned/v1.2", import: ["@owned"])
  @composeDirective(name: "@owned")
directive @owned(by: String!) on FIELD_DEFINITION
"""
MARKED = World(
    StrictSubgraph(
        "books",
        LINKS
        + """
        type Query {
          books(first: Int): [Book] @listSize(slicingArguments: ["first"]) @cost(weight: 5) @tag(name: "public")
        }
        type Book @key(fields: "id") @tag(name: "media") {
          id: ID! title: String @owned(by: "team é") @shareable @cacheTag(format: "title")
        }
        """,
        entities={"Book": [{"id": "1", "title": "Ulysses"}]},
        fields={"Query.books": lambda _, first=None: [{"id": "1", "title": "Ulysses"}] * (first or 1)},
    ),
    StrictSubgraph(
        "shop",
        LINKS.replace("v1.2", "v1.1")
        + """
        type Book @key(fields: "id") { id: ID! title: String @shareable price: Int @owned(by: "shop") @cost(weight: 1) }
        """,
        entities={"Book": [{"id": "1", "title": "Ulysses", "price": 9}]},
    ),
)


async def test_marked_fields_are_answered_like_any_other() -> None:
    outcome = await MARKED.ask("{ books(first: 2) { title price } }")

    assert outcome.data == {"books": [{"title": "Ulysses", "price": 9}] * 2}
    assert outcome.calls == {"books": 1, "shop": 1}


@pytest.mark.parametrize(
    "travels",
    [
        '@tag(name: "public")',
        '@tag(name: "media")',
        '@owned(by: "team é")',
        '@owned(by: "shop")',
        "@cost(weight: 5)",
        '@listSize(slicingArguments: ["first"])',
        'url: "https://acme.example/owned/v1.2"',
    ],
)
def test_the_supergraph_keeps_what_it_is_told(travels: str) -> None:
    result = compose([Subgraph(item.name, item.sdl) for item in MARKED.subgraphs.values()])

    assert travels in result.supergraph_sdl


def test_cache_tags_stay_in_their_subgraph() -> None:
    result = compose([Subgraph(item.name, item.sdl) for item in MARKED.subgraphs.values()])

    assert "cacheTag" not in result.supergraph_sdl


def test_clients_see_none_of_them() -> None:
    result = compose([Subgraph(item.name, item.sdl) for item in MARKED.subgraphs.values()])

    assert "@" not in result.public_sdl
