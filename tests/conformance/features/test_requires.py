"""`@requires`: fields of other subgraphs that a subgraph needs to compute one of its own."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

ITEMS = [{"id": "1", "weight": 10, "size": {"x": 1, "y": 2}}, {"id": "2", "weight": None, "size": None}]
SHOP = World(
    StrictSubgraph(
        "items",
        FEDERATION_2
        + """
        type Query { items: [Item] item: Item }
        type Item @key(fields: "id") { id: ID! weight: Int size: Size }
        type Size @shareable { x: Int y: Int }
        """,
        entities={"Item": ITEMS},
        fields={"Query.items": ITEMS, "Query.item": ITEMS[0]},
    ),
    StrictSubgraph(
        "shipping",
        FEDERATION_2
        + """
        type Query { shipped: Item }
        type Item @key(fields: "id") {
          id: ID! weight: Int @external size: Size @external express: Boolean
          cost: Int @requires(fields: "weight")
          box: String @requires(fields: "size { x y }")
        }
        type Size @shareable { x: Int y: Int }
        """,
        entities={"Item": [{"id": "1", "express": True}, {"id": "2", "express": False}]},
        fields={
            "Query.shipped": {"id": "1", "express": True},
            "Item.cost": lambda item: None if item["weight"] is None else item["weight"] * 2,
            "Item.box": lambda item: item["size"] and "{x}x{y}".format(**item["size"]),
        },
    ),
    StrictSubgraph(
        "offers",
        FEDERATION_2
        + """
        type Item @key(fields: "id") {
          id: ID! cost: Int @external box: String @external
          total: Int @requires(fields: "cost")
          text: String @requires(fields: "cost box")
        }
        """,
        entities={"Item": [{"id": "1"}, {"id": "2"}]},
        fields={
            "Item.total": lambda item: (item["cost"] or 0) + 1,
            "Item.text": lambda item: f"{item['box']} for {item['cost']}",
        },
    ),
    StrictSubgraph(
        "taxes",
        FEDERATION_2
        + """
        type Item @key(fields: "id") {
          id: ID! total: Int @external weight: Int @external tax: Int @requires(fields: "total weight")
        }
        """,
        entities={"Item": [{"id": "1"}, {"id": "2"}]},
        fields={"Item.tax": lambda item: item["total"] + (item["weight"] or 0)},
    ),
)


async def test_a_required_field_is_fetched_and_sent() -> None:
    outcome = await SHOP.ask("{ items { cost } }")

    assert outcome.data == {"items": [{"cost": 20}, {"cost": None}]}
    assert outcome.calls == {"items": 1, "shipping": 1}


async def test_a_required_null_is_sent_as_null() -> None:
    outcome = await SHOP.ask("{ items { cost } }")

    assert {"__typename": "Item", "id": "2", "weight": None} in outcome.representations("shipping")


async def test_a_required_object_is_sent_with_the_fields_that_are_named() -> None:
    outcome = await SHOP.ask("{ items { box } }")

    assert outcome.data == {"items": [{"box": "1x2"}, {"box": None}]}
    assert outcome.representations("shipping")[0] == {"__typename": "Item", "id": "1", "size": {"x": 1, "y": 2}}


async def test_two_requirements_of_one_subgraph_go_in_one_call() -> None:
    outcome = await SHOP.ask("{ items { cost box express } }")

    assert outcome.data["items"][0] == {"cost": 20, "box": "1x2", "express": True}
    assert outcome.calls == {"items": 1, "shipping": 1}


async def test_a_required_field_may_itself_require_another() -> None:
    outcome = await SHOP.ask("{ items { total } }")

    assert outcome.data == {"items": [{"total": 21}, {"total": 1}]}
    assert outcome.calls == {"items": 1, "shipping": 1, "offers": 1}


async def test_requirements_of_requirements_of_requirements() -> None:
    outcome = await SHOP.ask("{ item { tax } }")

    assert outcome.data == {"item": {"tax": 31}}
    assert outcome.calls == {"items": 1, "shipping": 1, "offers": 1, "taxes": 1}


async def test_the_whole_chain_is_fetched_once_when_all_of_it_is_wanted() -> None:
    outcome = await SHOP.ask("{ item { weight cost box total text tax } }")

    assert outcome.data == {
        "item": {"weight": 10, "cost": 20, "box": "1x2", "total": 21, "text": "1x2 for 20", "tax": 31}
    }
    assert outcome.calls == {"items": 1, "shipping": 1, "offers": 1, "taxes": 1}


async def test_the_subgraph_at_hand_is_entered_again_with_what_it_requires() -> None:
    outcome = await SHOP.ask("{ shipped { express cost } }")

    assert outcome.data == {"shipped": {"express": True, "cost": 20}}
    assert outcome.calls == {"shipping": 2, "items": 1}


async def test_what_is_required_is_not_in_the_answer() -> None:
    outcome = await SHOP.ask("{ shipped { total size { y } } }")

    assert outcome.data == {"shipped": {"total": 21, "size": {"y": 2}}}
    assert outcome.calls == {"shipping": 2, "items": 1, "offers": 1}


async def test_aliases_that_look_like_requirements_do_not_disturb_them() -> None:
    outcome = await SHOP.ask("{ item { weight: id id: weight cost: box box: cost } }")

    assert outcome.data == {"item": {"weight": "1", "id": 10, "cost": "1x2", "box": 20}}
    assert outcome.calls == {"items": 1, "shipping": 1}


async def test_a_required_object_may_be_asked_for_in_part_by_the_client() -> None:
    outcome = await SHOP.ask("{ items { size { width: x } box } }")

    assert outcome.data == {"items": [{"size": {"width": 1}, "box": "1x2"}, {"size": None, "box": None}]}
    assert outcome.calls == {"items": 1, "shipping": 1}


async def test_the_same_field_twice_under_different_names_is_one_call() -> None:
    outcome = await SHOP.ask("{ item { a: cost b: cost } again: item { c: weight } }")

    assert outcome.data == {"item": {"a": 20, "b": 20}, "again": {"c": 10}}
    assert outcome.calls == {"items": 1, "shipping": 1}


async def test_nothing_is_required_where_the_field_is_not_wanted() -> None:
    outcome = await SHOP.ask("{ shipped { express id } }")

    assert outcome.calls == {"shipping": 1}
