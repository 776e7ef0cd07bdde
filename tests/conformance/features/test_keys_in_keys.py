"""Keys made of entities, whose fields other subgraphs must bring first."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

ITEMS = [{"id": "1", "kind": {"id": "k"}}, {"id": "2", "kind": {"id": "l"}}]
PRICED = [{"code": 11, "price": 5}, {"code": 22, "price": 6}]
RANKED = [
    {"id": "1", "kind": {"id": "k", "tag": "ĸ"}, "rank": 1},
    {"id": "2", "kind": {"id": "l", "tag": "ł"}, "rank": 2},
]
KEYS = World(
    StrictSubgraph(
        "lists",
        FEDERATION_2
        + """
        type Query { list: List lists: [List] }
        type List @key(fields: "items { id }") { items: [Item!]! @shareable name: String }
        type Item @key(fields: "id") { id: ID! kind: Kind @shareable }
        type Kind @key(fields: "id") { id: ID! }
        """,
        entities={
            "List": [{"items": ITEMS, "name": "all"}],
            "Item": ITEMS,
        },
        fields={
            "Query.list": {"items": ITEMS, "name": "all"},
            "Query.lists": [{"items": [], "name": "none"}, {"items": ITEMS, "name": "all"}, None],
        },
    ),
    StrictSubgraph(
        "codes",
        FEDERATION_2
        + """
        type Item @key(fields: "id") @key(fields: "code") { id: ID! code: Int! }
        type Kind @key(fields: "id") { id: ID! tag: String @shareable }
        """,
        entities={
            "Item": [{"id": "1", "code": 11}, {"id": "2", "code": 22}],
            "Kind": [{"id": "k", "tag": "ĸ"}, {"id": "l", "tag": "ł"}],
        },
    ),
    StrictSubgraph(
        "sums",
        FEDERATION_2
        + """
        type List @key(fields: "items { code }") { items: [Item!]! @shareable sum: Int first: Item }
        type Item @key(fields: "code") { code: Int! price: Int }
        """,
        entities={
            "List": [
                {"items": PRICED, "sum": 33, "first": PRICED[0]},
                {"items": [], "sum": 0, "first": None},
            ],
            "Item": PRICED,
        },
    ),
    StrictSubgraph(
        "tags",
        FEDERATION_2
        + """
        type List @key(fields: "items { id kind { tag } }") { items: [Item!]! @shareable label: String }
        type Item @key(fields: "id kind { id tag }") { id: ID! kind: Kind @shareable rank: Int }
        type Kind @key(fields: "id") { id: ID! tag: String @shareable }
        """,
        entities={
            "List": [
                {"items": RANKED, "label": "ĸł"},
                {"items": [], "label": ""},
            ],
            "Item": RANKED,
        },
    ),
)


async def test_a_key_of_entities_is_completed_by_another_subgraph() -> None:
    outcome = await KEYS.ask("{ list { sum } }")

    assert outcome.data == {"list": {"sum": 33}}
    assert outcome.calls == {"lists": 1, "codes": 1, "sums": 1}


async def test_a_key_of_entities_in_entities_is_completed_by_another_subgraph() -> None:
    outcome = await KEYS.ask("{ list { label } }")

    assert outcome.data == {"list": {"label": "ĸł"}}
    assert outcome.calls == {"lists": 1, "codes": 1, "tags": 1}


async def test_two_keys_of_entities_are_completed_at_once() -> None:
    outcome = await KEYS.ask("{ list { name label sum first { price } } }")

    assert outcome.data == {"list": {"name": "all", "label": "ĸł", "sum": 33, "first": {"price": 5}}}
    assert outcome.calls["lists"] == outcome.calls["sums"] == outcome.calls["tags"] == 1


async def test_an_empty_list_is_a_key_too() -> None:
    outcome = await KEYS.ask("{ lists { name sum label } }")

    assert outcome.data == {
        "lists": [{"name": "none", "sum": 0, "label": ""}, {"name": "all", "sum": 33, "label": "ĸł"}, None]
    }


async def test_an_entity_by_a_key_with_an_entity_in_it() -> None:
    outcome = await KEYS.ask("{ list { items { rank } } }")

    assert outcome.data == {"list": {"items": [{"rank": 1}, {"rank": 2}]}}
    assert outcome.calls == {"lists": 1, "codes": 1, "tags": 1}


async def test_the_entities_of_a_key_may_be_wanted_for_themselves() -> None:
    outcome = await KEYS.ask("{ list { sum items { code: id id: price } } }")

    assert outcome.data == {"list": {"sum": 33, "items": [{"code": "1", "id": 5}, {"code": "2", "id": 6}]}}
    assert outcome.calls == {"lists": 1, "codes": 1, "sums": 1}


async def test_a_key_of_entities_may_be_left_again() -> None:
    outcome = await KEYS.ask("{ list { first { price rank } } }")

    assert outcome.data == {"list": {"first": {"price": 5, "rank": 1}}}
