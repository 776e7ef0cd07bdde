"""Types without a key: values that several subgraphs share, that differ between them, or that lead to entities."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

PAGE = {"total": 2, "cursor": "ÿ", "items": [{"id": "1"}, None, {"id": "2"}]}
KNOWN = {
    "id": "1",
    "facts": [{"text": "old", "about": {"id": "2"}}, {"text": "red", "about": None}],
    "cell": {"value": {"__typename": "Text", "text": "x"}, "item": {"id": "2"}},
}
VALUES = World(
    StrictSubgraph(
        "catalog",
        FEDERATION_2
        + """
        type Query { page: Page matrix: [[Cell]] meta: Meta @shareable }
        type Page { total: Int cursor: String items: [Item] }
        type Cell @shareable { value: Value item: Item }
        union Value = Number | Text
        type Number @shareable { n: Int }
        type Text @shareable { text: String }
        type Meta @shareable { tags: [[String!]!] size: Size }
        type Size @shareable { width: Int height: Int }
        type Item @key(fields: "id") { id: ID! size: Size @shareable }
        """,
        entities={"Item": [{"id": "1", "size": {"width": 1, "height": 2}}, {"id": "2", "size": None}]},
        fields={
            "Query.page": PAGE,
            "Query.matrix": [
                [{"value": {"__typename": "Number", "n": 1}, "item": {"id": "1"}}, None],
                [],
                [{"value": {"__typename": "Text", "text": "½"}, "item": None}],
            ],
            "Query.meta": {"tags": [["a"], [], ["b", "ç"]], "size": {"width": 3, "height": 4}},
        },
    ),
    StrictSubgraph(
        "facts",
        FEDERATION_2
        + """
        type Query { meta: Meta @shareable best: Cell }
        type Item @key(fields: "id") { id: ID! facts: [Fact!] size: Size @shareable cell: Cell }
        type Fact { text: String about: Item }
        type Cell @shareable { value: Value item: Item }
        union Value = Number | Text
        type Number @shareable { n: Int }
        type Text @shareable { text: String }
        type Meta @shareable { tags: [[String!]!] size: Size }
        type Size @shareable { width: Int height: Int }
        """,
        entities={
            "Item": [KNOWN, {"id": "2", "facts": [], "cell": None}],
        },
        fields={
            "Query.meta": {"tags": [["a"], [], ["b", "ç"]], "size": {"width": 3, "height": 4}},
            "Query.best": {"value": {"__typename": "Number", "n": 7}, "item": KNOWN},
        },
    ),
    StrictSubgraph(
        "prices",
        FEDERATION_2 + 'type Item @key(fields: "id") { id: ID! price: Int }',
        entities={"Item": [{"id": "1", "price": 5}, {"id": "2", "price": 6}]},
    ),
)


async def test_entities_inside_of_a_value_are_completed() -> None:
    outcome = await VALUES.ask("{ page { total items { price } } }")

    assert outcome.data == {"page": {"total": 2, "items": [{"price": 5}, None, {"price": 6}]}}
    assert outcome.calls == {"catalog": 1, "prices": 1}


async def test_entities_in_lists_of_lists_of_values_are_completed() -> None:
    outcome = await VALUES.ask("{ matrix { value { ... on Number { n } ... on Text { text } } item { price } } }")

    assert outcome.data == {
        "matrix": [
            [{"value": {"n": 1}, "item": {"price": 5}}, None],
            [],
            [{"value": {"text": "½"}, "item": None}],
        ]
    }
    assert outcome.calls == {"catalog": 1, "prices": 1}


async def test_a_value_of_a_fetched_entity_leads_to_another_entity() -> None:
    outcome = await VALUES.ask("{ page { items { facts { text about { price } } } } }")

    assert outcome.data["page"]["items"] == [
        {"facts": [{"text": "old", "about": {"price": 6}}, {"text": "red", "about": None}]},
        None,
        {"facts": []},
    ]
    assert outcome.calls == {"catalog": 1, "facts": 1, "prices": 1}


async def test_lists_of_lists_of_scalars_are_answered_as_they_are() -> None:
    outcome = await VALUES.ask("{ meta { tags size { width } } }")

    assert outcome.data == {"meta": {"tags": [["a"], [], ["b", "ç"]], "size": {"width": 3}}}
    assert sum(outcome.calls.values()) == 1


async def test_a_shared_value_goes_with_the_subgraph_that_is_asked_for_more() -> None:
    query = "{ best { item { facts { text } cell { value { ... on Text { text } } } } } meta { tags } }"

    outcome = await VALUES.ask(query)

    assert outcome.data["best"]["item"]["cell"] == {"value": {"text": "x"}}
    assert outcome.calls == {"facts": 1}


async def test_one_item_at_three_places_is_asked_for_once() -> None:
    outcome = await VALUES.ask("{ page { items { price } } matrix { item { price } } best { item { price } } }")

    assert outcome.data["best"] == {"item": {"price": 5}}
    assert outcome.representations("prices") == [{"__typename": "Item", "id": "1"}, {"__typename": "Item", "id": "2"}]
    assert outcome.calls == {"catalog": 1, "facts": 1, "prices": 1}


async def test_the_same_question_at_different_depths_waits_for_the_later() -> None:
    outcome = await VALUES.ask("{ page { items { price cell { item { price } } } } }")

    assert outcome.data["page"]["items"][0] == {"price": 5, "cell": {"item": {"price": 6}}}
    assert outcome.calls["catalog"] == outcome.calls["facts"] == 1
