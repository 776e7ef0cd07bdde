"""Fields of the root type below other fields (`type Payload { query: Query! }`) lead to the roots of all subgraphs."""

from typing import Any

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World


def shop() -> World:
    """A shop whose payloads lead back to the query, and a warehouse that counts what has happened."""
    happened: list[str] = []

    def buy(_: Any, name: str) -> dict[str, Any]:
        happened.append(name)
        return {"bought": name, "query": {}}

    def fail(_: Any) -> None:
        raise ValueError("it is closed")

    return World(
        StrictSubgraph(
            "shop",
            FEDERATION_2
            + """
            type Query { name: String product: Product products: [Product] nowhere: Payload }
            type Mutation { buy(name: String!): Payload }
            type Payload { bought: String query: Query! }
            type Product @key(fields: "id") { id: ID! title: String query: Query! }
            """,
            entities={"Product": [{"id": "x", "title": "X", "query": {}}, {"id": "y", "title": "Y", "query": {}}]},
            fields={
                "Query.name": "the shop",
                "Query.product": {"id": "x", "title": "X", "query": {}},
                "Query.products": [{"id": "x", "query": {}}, {"id": "y", "query": {}}],
                "Query.nowhere": None,
                "Mutation.buy": buy,
            },
        ),
        StrictSubgraph(
            "warehouse",
            FEDERATION_2
            + """
            type Query { sold: Int best: Product closed: Int }
            type Mutation { count: Int }
            type Product @key(fields: "id") { id: ID! stock: Int }
            """,
            entities={"Product": [{"id": "x", "stock": 5}, {"id": "y", "stock": 6}]},
            fields={
                "Query.sold": lambda _: len(happened),
                "Mutation.count": lambda _: len(happened),
                "Query.best": {"id": "y", "stock": 6},
                "Query.closed": fail,
            },
        ),
    )


async def test_the_roots_of_other_subgraphs_are_asked_after_the_mutation() -> None:
    outcome = await shop().ask('mutation { buy(name: "a") { bought query { sold } } }')

    assert outcome.data == {"buy": {"bought": "a", "query": {"sold": 1}}}
    assert outcome.calls == {"shop": 1, "warehouse": 1}


async def test_what_a_mutation_leads_to_is_asked_before_the_next_in_another_subgraph() -> None:
    query = 'mutation { one: buy(name: "a") { query { sold } } count two: buy(name: "b") { query { sold } } }'

    outcome = await shop().ask(query)

    assert outcome.data == {"one": {"query": {"sold": 1}}, "count": 1, "two": {"query": {"sold": 2}}}
    assert outcome.calls == {"shop": 2, "warehouse": 3}


async def test_what_the_same_subgraph_gives_takes_no_other_call() -> None:
    outcome = await shop().ask('mutation { buy(name: "a") { query { name } } }')

    assert outcome.data == {"buy": {"query": {"name": "the shop"}}}
    assert outcome.calls == {"shop": 1}


async def test_entities_behind_such_a_root_are_completed() -> None:
    outcome = await shop().ask('mutation { buy(name: "a") { query { name best { stock title } } } }')

    assert outcome.data == {"buy": {"query": {"name": "the shop", "best": {"stock": 6, "title": "Y"}}}}
    assert outcome.calls == {"shop": 2, "warehouse": 1}


async def test_the_root_is_asked_by_a_query_and_without_type_names() -> None:
    outcome = await shop().ask('mutation { buy(name: "a") { query { sold } } }')

    assert [call.operation.replace("\n", " ").split() for call in outcome.sent["warehouse"]] == [["query{sold}"]]


async def test_entities_lead_to_the_root_too() -> None:
    outcome = await shop().ask("{ product { title query { sold product { query { sold } } } } }")

    assert outcome.data == {"product": {"title": "X", "query": {"sold": 0, "product": {"query": {"sold": 0}}}}}


async def test_one_call_is_for_all_items_of_a_list() -> None:
    outcome = await shop().ask("{ products { id query { best { stock title } } } }")

    best = {"stock": 6, "title": "Y"}
    assert outcome.data == {"products": [{"id": key, "query": {"best": best}} for key in "xy"]}
    assert outcome.calls == {"shop": 2, "warehouse": 1}


async def test_an_entity_that_another_subgraph_gives_leads_to_all_roots() -> None:
    outcome = await shop().ask("{ best { query { name sold } } }")

    assert outcome.data == {"best": {"query": {"name": "the shop", "sold": 0}}}
    assert outcome.calls == {"shop": 1, "warehouse": 2}


async def test_nothing_is_asked_below_null() -> None:
    outcome = await shop().ask("{ nowhere { query { sold } } }")

    assert outcome.data == {"nowhere": None}
    assert outcome.calls == {"shop": 1}


async def test_an_error_of_the_root_stands_below_the_field() -> None:
    outcome = await shop().ask("{ products { query { closed name } } }")

    assert outcome.data == {"products": [{"query": {"closed": None, "name": "the shop"}}] * 2}
    assert [error["path"] for error in outcome.errors] == [["products", at, "query", "closed"] for at in (0, 1)]


async def test_conditions_are_kept() -> None:
    query = 'mutation ($no: Boolean!) { buy(name: "a") { bought query @include(if: $no) { sold } } }'

    outcome = await shop().ask(query, {"no": False})

    assert outcome.data == {"buy": {"bought": "a"}}
    assert outcome.calls == {"shop": 1}


async def test_the_plan_says_where_the_root_stands() -> None:
    plan = shop().plan('mutation { buy(name: "a") { query { sold } } }')

    assert "fetch 2 from warehouse at buy.query {\n    sold\n" in plan
