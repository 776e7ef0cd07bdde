"""`@context` and `@fromContext`: an argument that clients do not see is filled from an object further up."""

import json
from typing import Any

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World


def shown(name: str) -> Any:
    return lambda item, **arguments: f"{name} {item['sku']} {json.dumps(arguments, ensure_ascii=False, sort_keys=True)}"


ITEMS = [{"sku": "a"}, {"sku": "b"}]
SHOPS = [
    {"id": "1", "currency": "€", "items": ITEMS},
    {"id": "2", "currency": "$", "items": [ITEMS[0], None]},
    {"id": "3", "currency": None, "items": []},
]
SHOP = World(
    StrictSubgraph(
        "shops",
        FEDERATION_2
        + """
        type Query { shops: [Shop!]! best: Seller }
        type Shop @key(fields: "id") @context(name: "seller") {
          id: ID! currency: String place: Place @external items: [Item]
        }
        type Market @key(fields: "id") @context(name: "seller") {
          id: ID! currency: String place: Place @external items: [Item]
        }
        union Seller = Shop | Market
        type Place { town: String @external }
        type Item @key(fields: "sku") {
          sku: ID!
          price(times: Int = 1, in: String @fromContext(field: "$seller { currency }")): String
          label(at: String @fromContext(field: "$seller { place { town } }")): String
        }
        """,
        entities={"Shop": SHOPS, "Item": ITEMS},
        fields={
            "Query.shops": SHOPS,
            "Query.best": {"__typename": "Market", "id": "m", "currency": "£", "items": [{"sku": "b"}]},
            "Item.price": shown("price"),
            "Item.label": shown("label"),
        },
    ),
    StrictSubgraph(
        "map",
        FEDERATION_2
        + """
        type Shop @key(fields: "id") { id: ID! place: Place }
        type Market @key(fields: "id") { id: ID! place: Place }
        type Place { town: String }
        """,
        entities={
            "Shop": [{"id": "1", "place": {"town": "Ås"}}, {"id": "2", "place": {"town": "Rom"}}],
            "Market": [{"id": "m", "place": None}],
        },
    ),
)


async def test_an_argument_is_filled_from_the_object_further_up() -> None:
    outcome = await SHOP.ask("{ shops { id items { price } } }")

    assert [shop["items"] for shop in outcome.data["shops"]] == [
        [{"price": 'price a {"in": "€", "times": 1}'}, {"price": 'price b {"in": "€", "times": 1}'}],
        [{"price": 'price a {"in": "$", "times": 1}'}, None],
        [],
    ]
    assert outcome.calls == {"shops": 2}


async def test_the_same_entity_may_stand_under_different_contexts() -> None:
    outcome = await SHOP.ask("{ shops { items { sku price(times: 2) } } }")

    assert [shop["items"][0]["price"] for shop in outcome.data["shops"][:2]] == [
        'price a {"in": "€", "times": 2}',
        'price a {"in": "$", "times": 2}',
    ]


async def test_what_a_context_takes_is_fetched_from_another_subgraph_first() -> None:
    outcome = await SHOP.ask("{ shops { items { label } } }")

    assert outcome.data["shops"][0]["items"][0] == {"label": 'label a {"at": "Ås"}'}
    assert outcome.calls == {"shops": 2, "map": 1}


async def test_several_types_set_one_context() -> None:
    outcome = await SHOP.ask("{ best { ... on Market { items { price label } } } }")

    assert outcome.data == {
        "best": {"items": [{"price": 'price b {"in": "£", "times": 1}', "label": 'label b {"at": null}'}]}
    }


async def test_the_argument_is_not_for_clients() -> None:
    outcome = await SHOP.ask('{ shops { items { price(in: "¥") } } }')

    assert outcome.data is None
    assert outcome.calls == {}


async def test_what_a_context_takes_is_not_in_the_answer() -> None:
    outcome = await SHOP.ask("{ shops { currency: id items { cost: price } } }")

    assert outcome.data["shops"][1] == {"currency": "2", "items": [{"cost": 'price a {"in": "$", "times": 1}'}, None]}
