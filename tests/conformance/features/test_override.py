"""`@override`: a field moves, and its old home is never asked for it."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

# The old home has no value of what moved away: asking for it is refused.
OLD = [{"id": "1", "note": "¡olé!"}, {"id": "2", "note": None}]
MOVED = World(
    StrictSubgraph(
        "old",
        FEDERATION_2
        + """
        type Query { bills: [Bill] bill: Bill top: Bill }
        type Bill @key(fields: "id") {
          id: ID! amount: Int share: Int note: String
        }
        """,
        entities={"Bill": [{"id": "1", "note": "¡olé!"}, {"id": "2", "note": None}]},
        fields={
            "Query.bills": [{"id": "1", "note": "¡olé!"}, {"id": "2", "note": None}],
            "Query.bill": {"id": "1", "note": "¡olé!"},
        },
    ),
    StrictSubgraph(
        "new",
        FEDERATION_2
        + """
        type Query { top: Bill @override(from: "old") newest: Bill @override(from: "gone") }
        type Bill @key(fields: "id") {
          id: ID! amount: Int @override(from: "old") payer: String @override(from: "nobody")
          note: String @external
          summary: String @requires(fields: "note")
        }
        """,
        entities={"Bill": [{"id": "1", "amount": 7, "payer": "Ann"}, {"id": "2", "amount": 8, "payer": "Bob"}]},
        fields={
            "Query.top": {"id": "2", "amount": 8, "payer": "Bob"},
            "Query.newest": {"id": "1", "amount": 7, "payer": "Ann"},
            "Bill.summary": lambda bill: f"note: {bill['note']}",
        },
    ),
    StrictSubgraph(
        "stats",
        FEDERATION_2
        + """
        type Bill @key(fields: "id") {
          id: ID! amount: Int @external
          share: Int @override(from: "old") @requires(fields: "amount")
        }
        """,
        entities={"Bill": [{"id": "1"}, {"id": "2"}]},
        fields={"Bill.share": lambda bill: bill["amount"] * 10},
    ),
)


async def test_an_overridden_field_comes_from_its_new_home() -> None:
    outcome = await MOVED.ask("{ bills { id amount } }")

    assert outcome.data == {"bills": [{"id": "1", "amount": 7}, {"id": "2", "amount": 8}]}
    assert outcome.calls == {"old": 1, "new": 1}


async def test_an_overridden_root_field_is_asked_of_its_new_home() -> None:
    outcome = await MOVED.ask("{ top { amount } }")

    assert outcome.data == {"top": {"amount": 8}}
    assert outcome.calls == {"new": 1}


async def test_fields_that_did_not_move_stay_where_they_were() -> None:
    outcome = await MOVED.ask("{ top { note } bills { note } }")

    assert outcome.data == {"top": {"note": None}, "bills": [{"note": "¡olé!"}, {"note": None}]}


async def test_an_override_from_an_unknown_subgraph_is_a_plain_field() -> None:
    outcome = await MOVED.ask("{ newest { payer } bill { payer } }")

    assert outcome.data == {"newest": {"payer": "Ann"}, "bill": {"payer": "Ann"}}


async def test_an_overridden_field_may_be_required() -> None:
    outcome = await MOVED.ask("{ bills { share } }")

    assert outcome.data == {"bills": [{"share": 70}, {"share": 80}]}
    assert outcome.calls == {"old": 1, "new": 1, "stats": 1}


async def test_an_overriding_field_may_require_what_it_finds_at_hand() -> None:
    outcome = await MOVED.ask("{ top { share } }")

    assert outcome.data == {"top": {"share": 80}}
    assert outcome.calls == {"new": 1, "stats": 1}


async def test_the_new_home_may_require_of_the_old_one() -> None:
    outcome = await MOVED.ask("{ bill { summary amount } }")

    assert outcome.data == {"bill": {"summary": "note: ¡olé!", "amount": 7}}
    assert outcome.calls == {"old": 1, "new": 1}


async def test_the_old_home_is_asked_for_no_moved_field() -> None:
    outcome = await MOVED.ask("{ bills { amount share note } }")

    assert all("amount" not in call.operation for call in outcome.sent["old"])


SHAPES = World(
    StrictSubgraph(
        "old",
        FEDERATION_2
        + """
        type Query { shapes: [Shape] }
        interface Shape { id: ID! area: Int }
        type Square implements Shape @key(fields: "id") { id: ID! area: Int }
        type Circle implements Shape @key(fields: "id") { id: ID! area: Int }
        """,
        entities={"Square": [{"id": "s"}], "Circle": [{"id": "c", "area": 3}]},
        fields={"Query.shapes": [{"__typename": "Square", "id": "s"}, {"__typename": "Circle", "id": "c", "area": 3}]},
    ),
    StrictSubgraph(
        "new",
        FEDERATION_2
        + """
        interface Shape { id: ID! area: Int }
        type Square implements Shape @key(fields: "id") { id: ID! area: Int @override(from: "old") }
        """,
        entities={"Square": [{"id": "s", "area": 4}]},
    ),
)


async def test_a_field_may_move_for_one_implementation_of_an_interface() -> None:
    outcome = await SHAPES.ask("{ shapes { area } }")

    assert outcome.data == {"shapes": [{"area": 4}, {"area": 3}]}
    assert outcome.calls == {"old": 1, "new": 1}


async def test_the_implementation_that_stayed_is_not_asked_elsewhere() -> None:
    outcome = await SHAPES.ask("{ shapes { ... on Circle { area } } }")

    assert outcome.data == {"shapes": [{}, {"area": 3}]}
    assert outcome.calls == {"old": 1}
