"""Two subgraphs that require of each other, field by field."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

CIRCLE = World(
    StrictSubgraph(
        "left",
        FEDERATION_2
        + """
        type Query { user: User users: [User] }
        type User @key(fields: "id") {
          id: ID! first: Int second: Int @external fourth: Int @external
          third: Int @requires(fields: "second")
          fifth: Int @requires(fields: "fourth")
        }
        """,
        entities={"User": [{"id": "1", "first": 1}, {"id": "2", "first": 10}]},
        fields={
            "Query.user": {"id": "1", "first": 1},
            "Query.users": [{"id": "1", "first": 1}, {"id": "2", "first": 10}],
            "User.third": lambda user: user["second"] + 1,
            "User.fifth": lambda user: user["fourth"] + 1,
        },
    ),
    StrictSubgraph(
        "right",
        FEDERATION_2
        + """
        type Query { other: User }
        type User @key(fields: "id") {
          id: ID! first: Int @external third: Int @external
          second: Int @requires(fields: "first")
          fourth: Int @requires(fields: "third")
        }
        """,
        entities={"User": [{"id": "1"}, {"id": "2"}]},
        fields={
            "Query.other": {"id": "2"},
            "User.second": lambda user: user["first"] + 1,
            "User.fourth": lambda user: user["third"] + 1,
        },
    ),
)


async def test_one_round_takes_a_call_of_each() -> None:
    outcome = await CIRCLE.ask("{ user { second } }")

    assert outcome.data == {"user": {"second": 2}}
    assert outcome.calls == {"left": 1, "right": 1}


async def test_a_requirement_comes_back_to_where_it_began() -> None:
    outcome = await CIRCLE.ask("{ user { third } }")

    assert outcome.data == {"user": {"third": 3}}
    assert outcome.calls == {"left": 2, "right": 1}


async def test_two_rounds_take_two_calls_of_each_and_the_first() -> None:
    outcome = await CIRCLE.ask("{ users { fifth } }")

    assert outcome.data == {"users": [{"fifth": 5}, {"fifth": 14}]}
    assert outcome.calls == {"left": 3, "right": 2}


async def test_all_that_is_on_the_way_costs_nothing_more() -> None:
    outcome = await CIRCLE.ask("{ user { first second third fourth fifth } }")

    assert outcome.data == {"user": {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}}
    assert outcome.calls == {"left": 3, "right": 2}


async def test_a_circle_may_begin_at_the_other_end() -> None:
    outcome = await CIRCLE.ask("{ other { second third } }")

    assert outcome.data == {"other": {"second": 11, "third": 12}}
    assert outcome.calls == {"right": 2, "left": 2}


async def test_two_beginnings_do_not_disturb_one_another() -> None:
    outcome = await CIRCLE.ask("{ user { second } other { first } }")

    assert outcome.data == {"user": {"second": 2}, "other": {"first": 10}}
    assert outcome.calls == {"left": 2, "right": 2}
