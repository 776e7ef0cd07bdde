"""Introspection is answered by the gateway, beside whatever else is asked."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

PLAIN = World(
    StrictSubgraph(
        "users",
        FEDERATION_2 + 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
        fields={"Query.me": {"id": "1", "name": "Ann"}},
    )
)


async def test_a_type_is_described_without_a_call() -> None:
    outcome = await PLAIN.ask('{ __type(name: "User") { kind fields { name } } }')

    assert outcome.data == {"__type": {"kind": "OBJECT", "fields": [{"name": "id"}, {"name": "name"}]}}
    assert outcome.calls == {}


async def test_several_types_are_described_under_names_of_the_clients() -> None:
    outcome = await PLAIN.ask('{ a: __type(name: "User") { name } b: __type(name: "Nothing") { name } }')

    assert outcome.data == {"a": {"name": "User"}, "b": None}


async def test_the_schema_is_described_beside_data_in_the_clients_order() -> None:
    outcome = await PLAIN.ask("{ me { name } is: __typename all: __schema { queryType { name } } }")

    assert outcome.data == {"me": {"name": "Ann"}, "is": "Query", "all": {"queryType": {"name": "Query"}}}
    assert list(outcome.data) == ["me", "is", "all"]
    assert outcome.calls == {"users": 1}


async def test_a_type_is_described_by_a_variable_and_under_a_condition() -> None:
    query = "query ($n: String!, $no: Boolean!) { ...S x: __type(name: $n) @skip(if: $no) { name } } "
    query += "fragment S on Query { s: __type(name: $n) { kind } }"

    outcome = await PLAIN.ask(query, {"n": "User", "no": True})

    assert outcome.data == {"s": {"kind": "OBJECT"}}


async def test_what_federation_adds_is_not_in_the_schema() -> None:
    outcome = await PLAIN.ask("{ __schema { types { name } queryType { fields { name } } } }")

    names = {item["name"] for item in outcome.data["__schema"]["types"]}
    assert not names & {"_Any", "_Entity", "_Service", "join__Graph", "link__Import"}
    assert outcome.data["__schema"]["queryType"]["fields"] == [{"name": "me"}]
