"""Inputs meet in what all subgraphs accept, enums by how they are used."""

import json
from typing import Any

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World


def find(_: Any, ids: list[str], **arguments: Any) -> list[dict[str, str]]:
    return [{"id": name, "state": "NEW"} for name in ids]


def shown(subgraph: str, item: Any, arguments: Any) -> str:
    return f"{subgraph} {item['id']} {json.dumps(arguments, ensure_ascii=False, sort_keys=True)}"


SHOP = World(
    StrictSubgraph(
        "a",
        FEDERATION_2
        + """
        enum Kind { BOOK FILM GAME }
        enum State { NEW OLD }
        scalar Day
        input Filter { kind: Kind text: String! page: Page onlyA: Int since: Day = "2020" }
        input Page { size: Int = 2 }
        type Query {
          find(filter: Filter, ids: [ID!]! = ["1"]): [Item] @shareable
          item(kind: Kind): Item
        }
        type Item @key(fields: "id") { id: ID! state: State @shareable echo(filter: Filter): String }
        """,
        entities={"Item": [{"id": "1", "state": "NEW"}, {"id": "2", "state": "OLD"}]},
        fields={
            "Query.find": find,
            "Query.item": lambda _, kind=None: {"id": "1" if kind == "BOOK" else "2", "state": "OLD"},
            "Item.echo": lambda item, **arguments: shown("a", item, arguments),
        },
    ),
    StrictSubgraph(
        "b",
        FEDERATION_2
        + """
        enum Kind { BOOK FILM MAP }
        enum State { NEW LOST }
        scalar Day
        input Filter { kind: Kind text: String! page: Page since: Day = "2020" }
        input Page { size: Int = 2 }
        type Query { find(filter: Filter, ids: [ID!]! = ["1"]): [Item] @shareable lost: Item }
        type Item @key(fields: "id") { id: ID! state: State @shareable echoB(filters: [Filter!], kind: Kind): String }
        """,
        entities={"Item": [{"id": "1", "state": "NEW"}, {"id": "2", "state": "LOST"}]},
        fields={
            "Query.find": find,
            "Query.lost": {"id": "2", "state": "LOST"},
            "Item.echoB": lambda item, **arguments: shown("b", item, arguments),
        },
    ),
)


async def test_variables_go_to_the_subgraph_that_needs_them_alone() -> None:
    query = "query ($f: Filter, $k: Kind) { item(kind: $k) { echo(filter: $f) echoB(kind: $k) } }"

    outcome = await SHOP.ask(query, {"f": {"text": "é", "kind": "FILM"}, "k": "BOOK"})

    assert outcome.data["item"] == {
        "echo": 'a 1 {"filter": {"kind": "FILM", "since": "2020", "text": "é"}}',
        "echoB": 'b 1 {"kind": "BOOK"}',
    }
    assert "$f" not in outcome.sent["b"][0].operation


async def test_literals_of_inputs_are_sent_as_they_are_written() -> None:
    outcome = await SHOP.ask('{ item { echo(filter: {text: "“é”", kind: BOOK, since: "2021", page: {}}) } }')

    assert outcome.data["item"] == {
        "echo": 'a 2 {"filter": {"kind": "BOOK", "page": {"size": 2}, "since": "2021", "text": "“é”"}}'
    }


async def test_a_variable_inside_of_a_literal_is_declared_to_the_subgraph() -> None:
    query = "query ($t: String!, $n: Int) { item { echoB(filters: [{text: $t, page: {size: $n}}]) } }"

    outcome = await SHOP.ask(query, {"t": "x", "n": 9})

    assert outcome.data["item"] == {"echoB": 'b 2 {"filters": [{"page": {"size": 9}, "since": "2020", "text": "x"}]}'}


async def test_an_argument_that_the_client_leaves_out_is_left_out() -> None:
    outcome = await SHOP.ask("query ($f: Filter) { item { echo(filter: $f) } }")

    assert outcome.data["item"] == {"echo": "a 2 {}"}


async def test_an_argument_that_is_null_is_sent_as_null() -> None:
    outcome = await SHOP.ask("query ($f: Filter) { item { echo(filter: $f) } }", {"f": None})

    assert outcome.data["item"] == {"echo": 'a 2 {"filter": null}'}


async def test_input_fields_that_one_subgraph_lacks_are_refused() -> None:
    outcome = await SHOP.ask('{ item { echo(filter: {text: "x", onlyA: 1}) } }')

    assert outcome.data is None
    assert outcome.calls == {}


async def test_enum_values_that_one_subgraph_lacks_are_refused_as_input() -> None:
    for value in ("GAME", "MAP"):
        outcome = await SHOP.ask(f"{{ item(kind: {value}) {{ id }} }}")

        assert outcome.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert outcome.calls == {}


async def test_enum_values_of_any_subgraph_are_answered() -> None:
    outcome = await SHOP.ask("{ lost { state } item { state } }")

    assert outcome.data == {"lost": {"state": "LOST"}, "item": {"state": "OLD"}}
    assert outcome.calls == {"a": 1, "b": 1}


async def test_defaults_of_arguments_are_the_subgraphs() -> None:
    outcome = await SHOP.ask("{ find { id } }")

    assert outcome.data == {"find": [{"id": "1"}]}


async def test_a_variable_with_a_default_goes_to_an_entity_too() -> None:
    query = "query ($k: Kind = FILM, $ids: [ID!]!) { find(ids: $ids) { echo echoB(kind: $k) } }"

    outcome = await SHOP.ask(query, {"ids": ["1", "2", "1"]})

    assert outcome.data["find"][1] == {"echo": "a 2 {}", "echoB": 'b 2 {"kind": "FILM"}'}
    assert len(outcome.data["find"]) == 3


async def test_a_variable_may_have_the_name_of_the_representations() -> None:
    query = "query ($representations: Kind) { item { echoB(kind: $representations) } }"

    outcome = await SHOP.ask(query, {"representations": "BOOK"})

    assert outcome.data == {"item": {"echoB": 'b 2 {"kind": "BOOK"}'}}
