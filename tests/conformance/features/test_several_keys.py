"""Several keys, compound keys and nested keys, mixed over subgraphs."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

BOOK = {"id": "1", "shop": {"id": "s", "city": {"zip": "10"}}, "number": 7}
MIXED = World(
    StrictSubgraph(
        "orders",
        FEDERATION_2
        + """
        type Query { orders: [Order] byNumber: Order }
        type Order @key(fields: "id") @key(fields: "number shop { id }") { id: ID! number: Int! shop: Shop! }
        type Shop @key(fields: "id") { id: ID! city: City @shareable }
        type City { zip: String! @shareable }
        """,
        entities={"Order": [BOOK], "Shop": [BOOK["shop"]]},
        fields={"Query.orders": [BOOK], "Query.byNumber": BOOK},
    ),
    StrictSubgraph(
        "invoices",
        FEDERATION_2
        + """
        type Query { invoiced: [Order] }
        type Order @key(fields: "number shop { id }") { number: Int! shop: Shop! total: Int }
        type Shop @key(fields: "id", resolvable: false) { id: ID! }
        """,
        entities={"Order": [{"number": 7, "shop": {"id": "s"}, "total": 99}]},
        fields={"Query.invoiced": [{"number": 7, "shop": {"id": "s"}, "total": 99}]},
    ),
    StrictSubgraph(
        "delivery",
        FEDERATION_2
        + """
        type Order @key(fields: "id shop { id city { zip } }") { id: ID! shop: Shop! days: Int }
        type Shop { id: ID! @shareable city: City @shareable }
        type City { zip: String! @shareable }
        """,
        entities={"Order": [{"id": "1", "shop": {"id": "s", "city": {"zip": "10"}}, "days": 3}]},
    ),
    StrictSubgraph(
        "rent",
        FEDERATION_2 + 'type Shop @key(fields: "id") { id: ID! rent: Int }',
        entities={"Shop": [{"id": "s", "rent": 500}]},
    ),
)


async def test_a_compound_key_with_a_nested_field_is_sent_whole() -> None:
    outcome = await MIXED.ask("{ orders { total } }")

    assert outcome.data == {"orders": [{"total": 99}]}
    assert outcome.representations("invoices") == [{"__typename": "Order", "number": 7, "shop": {"id": "s"}}]
    assert outcome.calls == {"orders": 1, "invoices": 1}


async def test_a_key_that_lies_deep_is_sent_whole() -> None:
    outcome = await MIXED.ask("{ byNumber { days } }")

    assert outcome.data == {"byNumber": {"days": 3}}
    assert outcome.calls == {"orders": 1, "delivery": 1}


async def test_one_key_leads_to_another() -> None:
    outcome = await MIXED.ask("{ invoiced { days } }")

    assert outcome.data == {"invoiced": [{"days": 3}]}
    assert outcome.calls == {"invoices": 1, "orders": 1, "delivery": 1}


async def test_fields_behind_different_keys_are_fetched_side_by_side() -> None:
    outcome = await MIXED.ask("{ orders { total days shop { rent } } }")

    assert outcome.data == {"orders": [{"total": 99, "days": 3, "shop": {"rent": 500}}]}
    assert outcome.calls == {"orders": 1, "invoices": 1, "delivery": 1, "rent": 1}


async def test_an_entity_inside_of_a_key_is_an_entity_itself() -> None:
    outcome = await MIXED.ask("{ invoiced { shop { rent city { zip } } } }")

    assert outcome.data == {"invoiced": [{"shop": {"rent": 500, "city": {"zip": "10"}}}]}
    assert outcome.calls == {"invoices": 1, "rent": 1, "orders": 1}


async def test_what_keys_need_is_not_in_the_answer() -> None:
    outcome = await MIXED.ask("{ invoiced { shop { id } days } }")

    assert outcome.data == {"invoiced": [{"shop": {"id": "s"}, "days": 3}]}


async def test_the_nested_field_of_a_key_may_be_renamed_by_the_client() -> None:
    outcome = await MIXED.ask("{ orders { shop: number number: shop { id: city { zip } } total } }")

    assert outcome.data == {"orders": [{"shop": 7, "number": {"id": {"zip": "10"}}, "total": 99}]}
    assert outcome.calls == {"orders": 1, "invoices": 1}


LISTED = World(
    StrictSubgraph(
        "carts",
        FEDERATION_2
        + """
        type Query { cart: Cart }
        type Cart @key(fields: "items { id kind { name } }") { items: [Item!]! owner: String }
        type Item { id: ID! @shareable kind: Kind @shareable }
        type Kind { name: String @shareable }
        """,
        fields={
            "Query.cart": {
                "items": [{"id": "1", "kind": {"name": "a"}}, {"id": "2", "kind": None}],
                "owner": "Ada",
            }
        },
    ),
    StrictSubgraph(
        "prices",
        FEDERATION_2
        + """
        type Cart @key(fields: "items { id kind { name } }") { items: [Item!]! sum: Int }
        type Item { id: ID! @shareable kind: Kind @shareable }
        type Kind { name: String @shareable }
        """,
        entities={"Cart": [{"items": [{"id": "1", "kind": {"name": "a"}}, {"id": "2", "kind": None}], "sum": 42}]},
    ),
)


async def test_a_list_may_be_a_key() -> None:
    outcome = await LISTED.ask("{ cart { owner items { id } sum } }")

    assert outcome.data == {"cart": {"owner": "Ada", "items": [{"id": "1"}, {"id": "2"}], "sum": 42}}
    assert outcome.calls == {"carts": 1, "prices": 1}
