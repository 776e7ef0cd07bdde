"""Mutations happen one after the other, whichever subgraphs do them."""

from typing import Any

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World


def notebook() -> World:
    """Two subgraphs that write down into one list what happens."""
    happened: list[str] = []

    def note(text: str) -> list[str]:
        happened.append(text)
        return list(happened)

    def create(_: Any, name: str) -> dict[str, str]:
        note(f"create {name}")
        return {"id": name, "name": name}

    return World(
        StrictSubgraph(
            "a",
            FEDERATION_2
            + """
            type Query { product(id: ID!): Product }
            type Mutation { a(n: Int): [String] create(name: String!): Product both: Int @shareable }
            type Product @key(fields: "id") { id: ID! name: String }
            """,
            entities={"Product": [{"id": "x", "name": "x"}]},
            fields={
                "Mutation.a": lambda _, n=0: note(f"a{n}"),
                "Mutation.create": create,
                "Mutation.both": lambda _: len(note("both in a")),
            },
        ),
        StrictSubgraph(
            "b",
            FEDERATION_2
            + """
            type Mutation { b(n: Int): [String] sell(id: ID!): Product both: Int @shareable broken: Int }
            type Product @key(fields: "id") { id: ID! price: Int seen: Int }
            """,
            entities={"Product": [{"id": "x", "price": 5}, {"id": "y", "price": 6}]},
            fields={
                "Mutation.b": lambda _, n=0: note(f"b{n}"),
                "Mutation.sell": lambda _, id: note(f"sell {id}") and {"id": id, "price": 5},  # noqa: A006
                "Mutation.both": lambda _: len(note("both in b")),
                "Mutation.broken": broken,
                "Product.seen": lambda _: len(happened),
            },
        ),
    )


def broken(_: Any) -> int:
    raise ValueError("it cannot be")


async def test_mutations_happen_in_the_order_of_the_client() -> None:
    outcome = await notebook().ask("mutation { one: a(n: 1) two: b(n: 2) three: a(n: 3) four: b(n: 4) }")

    assert outcome.data == {
        "one": ["a1"],
        "two": ["a1", "b2"],
        "three": ["a1", "b2", "a3"],
        "four": ["a1", "b2", "a3", "b4"],
    }
    assert outcome.calls == {"a": 2, "b": 2}


async def test_neighbours_in_one_subgraph_are_one_call() -> None:
    outcome = await notebook().ask("mutation { one: a(n: 1) two: a(n: 2) three: b(n: 3) }")

    assert outcome.data["three"] == ["a1", "a2", "b3"]
    assert outcome.calls == {"a": 1, "b": 1}


async def test_what_a_mutation_gives_is_completed_before_the_next_happens() -> None:
    outcome = await notebook().ask('mutation { create(name: "x") { name price seen } b }')

    assert outcome.data == {"create": {"name": "x", "price": 5, "seen": 1}, "b": ["create x", "b0"]}
    assert outcome.calls == {"a": 1, "b": 2}


async def test_what_a_mutation_gives_is_completed_by_a_query() -> None:
    outcome = await notebook().ask('mutation { create(name: "x") { price } }')

    assert [call.operation.partition("{")[0].partition("(")[0] for call in outcome.sent["b"]] == ["query"]


async def test_a_shared_mutation_happens_once() -> None:
    outcome = await notebook().ask("mutation { both }")

    assert outcome.data == {"both": 1}
    assert sum(outcome.calls.values()) == 1


async def test_a_shared_mutation_happens_where_its_neighbours_do() -> None:
    outcome = await notebook().ask("mutation { b both }")

    assert outcome.data == {"b": ["b0"], "both": 2}
    assert outcome.calls == {"b": 1}


async def test_a_mutation_that_fails_does_not_stop_the_next() -> None:
    outcome = await notebook().ask("mutation { broken a }")

    assert outcome.data == {"broken": None, "a": ["a0"]}
    assert [error["path"] for error in outcome.errors] == [["broken"]]


async def test_a_skipped_mutation_does_not_happen() -> None:
    query = "mutation ($no: Boolean!) { one: a(n: 1) @skip(if: $no) two: b(n: 2) @include(if: $no) }"

    outcome = await notebook().ask(query, {"no": True})

    assert outcome.data == {"two": ["b2"]}
    assert outcome.calls == {"b": 1}


async def test_the_same_entity_from_two_mutations_is_completed_each_time() -> None:
    outcome = await notebook().ask('mutation { sell(id: "x") { name } again: sell(id: "x") { name } }')

    assert outcome.data == {"sell": {"name": "x"}, "again": {"name": "x"}}


async def test_type_names_of_the_mutation_root_are_free() -> None:
    outcome = await notebook().ask("mutation { __typename a is: __typename }")

    assert outcome.data == {"__typename": "Mutation", "a": ["a0"], "is": "Mutation"}
    assert outcome.calls == {"a": 1}
