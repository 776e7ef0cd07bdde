"""`@requires` of lists of entities, of entities of the same type, and beside `@provides`."""

from typing import Any

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World


def total(order: Any) -> int:
    return sum(line["price"] * line["count"] for line in order["lines"])


ORDERS = [
    {"id": "1", "lines": [{"id": "a", "count": 2}, {"id": "b", "count": 1}]},
    {"id": "2", "lines": []},
]
LISTS = World(
    StrictSubgraph(
        "orders",
        FEDERATION_2
        + """
        type Query { orders: [Order] }
        type Order @key(fields: "id") { id: ID! lines: [Line!]! @shareable }
        type Line @key(fields: "id") { id: ID! count: Int @shareable }
        """,
        entities={"Order": ORDERS, "Line": ORDERS[0]["lines"]},
        fields={"Query.orders": ORDERS},
    ),
    StrictSubgraph(
        "prices",
        FEDERATION_2 + 'type Line @key(fields: "id") { id: ID! price: Int }',
        entities={"Line": [{"id": "a", "price": 3}, {"id": "b", "price": 4}]},
    ),
    StrictSubgraph(
        "bills",
        FEDERATION_2
        + """
        type Query { last: Order @provides(fields: "lines { count }") }
        type Order @key(fields: "id") {
          id: ID! lines: [Line!]! @external total: Int @requires(fields: "lines { price count }")
        }
        type Line @key(fields: "id") {
          id: ID! price: Int @external count: Int @external
          vat: Int @requires(fields: "price")
        }
        """,
        entities={"Order": [{"id": "1"}, {"id": "2"}], "Line": [{"id": "a"}, {"id": "b"}]},
        fields={
            "Query.last": ORDERS[0],
            "Order.total": total,
            "Line.vat": lambda line: line["price"] * 10,
        },
    ),
)


async def test_what_is_required_of_a_list_of_entities_comes_from_several_subgraphs() -> None:
    outcome = await LISTS.ask("{ orders { total } }")

    assert outcome.data == {"orders": [{"total": 10}, {"total": 0}]}
    assert outcome.calls == {"orders": 1, "prices": 1, "bills": 1}


async def test_an_order_and_its_lines_require_of_the_same_call() -> None:
    outcome = await LISTS.ask("{ orders { total lines { vat } } }")

    assert outcome.data == {"orders": [{"total": 10, "lines": [{"vat": 30}, {"vat": 40}]}, {"total": 0, "lines": []}]}
    assert outcome.calls["orders"] == outcome.calls["prices"] == 1


async def test_what_is_provided_need_not_be_fetched_to_be_required() -> None:
    outcome = await LISTS.ask("{ last { lines { count vat } } }")

    assert outcome.data == {"last": {"lines": [{"count": 2, "vat": 30}, {"count": 1, "vat": 40}]}}
    assert outcome.calls == {"bills": 2, "prices": 1}


async def test_what_is_required_beside_what_is_provided() -> None:
    outcome = await LISTS.ask("{ last { total } }")

    assert outcome.data == {"last": {"total": 10}}


async def test_a_list_is_renamed_by_the_client_and_required_too() -> None:
    outcome = await LISTS.ask("{ orders { id: total lines: id total: lines { price: count count: vat } } }")

    assert outcome.data["orders"][0] == {
        "id": 10,
        "lines": "1",
        "total": [{"price": 2, "count": 30}, {"price": 1, "count": 40}],
    }


ANN = {"id": "1", "name": "Ann", "friend": {"id": "2", "name": "Bob"}}
BOB = {"id": "2", "name": "Bob", "friend": None}
NESTED = World(
    StrictSubgraph(
        "people",
        FEDERATION_2
        + """
        type Query { person: Person people: [Person] }
        type Person @key(fields: "id") { id: ID! name: String! friend: Person }
        """,
        entities={"Person": [ANN, BOB]},
        fields={"Query.person": ANN, "Query.people": [ANN, BOB]},
    ),
    StrictSubgraph(
        "letters",
        FEDERATION_2
        + """
        type Person @key(fields: "id") {
          id: ID! name: String! @external friend: Person @external nick: String @external
          greeting: String @requires(fields: "name friend { id name }")
          answer: String @requires(fields: "greeting2")
          greeting2: String @external
          chain: String @requires(fields: "friend { nick }")
        }
        """,
        entities={"Person": [{"id": "1"}, {"id": "2"}]},
        fields={
            "Person.greeting": lambda person: f"{person['name']} to {person['friend'] and person['friend']['name']}",
            "Person.answer": lambda person: f"re: {person['greeting2']}",
            "Person.chain": lambda person: person["friend"] and person["friend"]["nick"],
        },
    ),
    StrictSubgraph(
        "echo",
        FEDERATION_2
        + """
        type Person @key(fields: "id") {
          id: ID! greeting: String @external name: String! @external
          greeting2: String @requires(fields: "greeting")
          nick: String @requires(fields: "name")
        }
        """,
        entities={"Person": [{"id": "1"}, {"id": "2"}]},
        fields={
            "Person.greeting2": lambda person: f"{person['greeting']}!",
            "Person.nick": lambda person: person["name"].lower(),
        },
    ),
)


async def test_a_requirement_leads_into_another_entity_of_the_same_type() -> None:
    outcome = await NESTED.ask("{ people { greeting } }")

    assert outcome.data == {"people": [{"greeting": "Ann to Bob"}, {"greeting": "Bob to None"}]}
    assert outcome.calls == {"people": 1, "letters": 1}


async def test_a_requirement_inside_of_another_entity_requires_itself() -> None:
    outcome = await NESTED.ask("{ people { chain } }")

    assert outcome.data == {"people": [{"chain": "bob"}, {"chain": None}]}
    assert outcome.calls == {"people": 1, "echo": 1, "letters": 1}


async def test_requirements_go_to_and_fro() -> None:
    outcome = await NESTED.ask("{ person { answer } }")

    assert outcome.data == {"person": {"answer": "re: Ann to Bob!"}}
    assert outcome.calls == {"people": 1, "letters": 2, "echo": 1}


async def test_the_same_type_requires_at_two_depths() -> None:
    outcome = await NESTED.ask("{ person { nick friend { nick name } } }")

    assert outcome.data == {"person": {"nick": "ann", "friend": {"nick": "bob", "name": "Bob"}}}
    assert outcome.calls == {"people": 1, "echo": 1}


async def test_the_client_names_the_required_entity_otherwise() -> None:
    outcome = await NESTED.ask("{ person { friend: name name: friend { id: name } greeting } }")

    assert outcome.data == {"person": {"friend": "Ann", "name": {"id": "Bob"}, "greeting": "Ann to Bob"}}
    assert outcome.calls == {"people": 1, "letters": 1}
