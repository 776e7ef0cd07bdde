"""`@override` with a label: the field has two homes, and the label says which of them is asked."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

MOVING = World(
    StrictSubgraph(
        "old",
        FEDERATION_2
        + """
        type Query { bills: [Bill] total: Int }
        type Bill @key(fields: "id") { id: ID! amount: Int note: String }
        """,
        entities={"Bill": [{"id": "1", "amount": 7, "note": "old"}]},
        fields={"Query.bills": [{"id": "1", "amount": 7, "note": "old"}], "Query.total": 1},
    ),
    StrictSubgraph(
        "new",
        FEDERATION_2
        + """
        type Query { total: Int @override(from: "old", label: "roots") }
        type Bill @key(fields: "id") {
          id: ID!
          amount: Int @override(from: "old", label: "percent(10)")
          note: String @override(from: "old", label: "notes")
        }
        """,
        entities={"Bill": [{"id": "1", "amount": 8, "note": "new"}]},
        fields={"Query.total": 2},
    ),
    StrictSubgraph(
        "tax",
        FEDERATION_2
        + """
        type Bill @key(fields: "id") { id: ID! amount: Int @external tax: Int @requires(fields: "amount") }
        """,
        entities={"Bill": [{"id": "1"}]},
        fields={"Bill.tax": lambda bill: bill["amount"] * 10},
    ),
)


async def test_a_field_stays_while_its_label_is_off() -> None:
    outcome = await MOVING.ask("{ bills { amount note } total }")

    assert outcome.data == {"bills": [{"amount": 7, "note": "old"}], "total": 1}
    assert outcome.calls == {"old": 1}


async def test_a_field_moves_when_its_label_holds() -> None:
    outcome = await MOVING.ask("{ bills { amount note } }", labels="percent(10)")

    assert outcome.data == {"bills": [{"amount": 8, "note": "old"}]}
    assert outcome.calls == {"old": 1, "new": 1}


async def test_labels_hold_together() -> None:
    outcome = await MOVING.ask("{ bills { amount note } total }", labels="percent(10) notes roots")

    assert outcome.data == {"bills": [{"amount": 8, "note": "new"}], "total": 2}
    assert outcome.calls == {"old": 1, "new": 2}


async def test_a_required_field_is_fetched_from_where_it_is_now() -> None:
    assert (await MOVING.ask("{ bills { tax } }")).data == {"bills": [{"tax": 70}]}
    assert (await MOVING.ask("{ bills { tax } }", labels="percent(10)")).data == {"bills": [{"tax": 80}]}


async def test_a_root_field_moves_too() -> None:
    assert (await MOVING.ask("{ total }", labels="roots")).calls == {"new": 1}
    assert (await MOVING.ask("{ total }", labels="notes")).calls == {"old": 1}
