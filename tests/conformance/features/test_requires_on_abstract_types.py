"""`@requires` that looks into interfaces and unions, by inline fragments."""

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

HOUSE = {"__typename": "House", "id": "h", "street": "Öst"}
BOAT = {"__typename": "Boat", "id": "b", "river": "Elbe"}
USERS = [
    {"id": "1", "home": HOUSE, "pet": {"__typename": "Dog", "bark": "wuff"}},
    {"id": "2", "home": BOAT, "pet": {"__typename": "Cat", "lives": 7}},
    {"id": "3", "home": None, "pet": None},
]
TOWN = World(
    StrictSubgraph(
        "people",
        FEDERATION_2
        + """
        type Query { users: [User] }
        type User @key(fields: "id") { id: ID! home: Home pet: Pet }
        interface Home { id: ID! }
        type House implements Home @key(fields: "id") { id: ID! street: String }
        type Boat implements Home @key(fields: "id") { id: ID! river: String }
        union Pet = Dog | Cat
        type Dog @shareable { bark: String }
        type Cat @shareable { lives: Int }
        """,
        entities={
            "User": USERS,
            "House": [HOUSE],
            "Boat": [BOAT],
        },
        fields={"Query.users": USERS},
    ),
    StrictSubgraph(
        "post",
        FEDERATION_2
        + """
        type Query { receivers: [User] }
        type User @key(fields: "id") {
          id: ID! home: Home @external pet: Pet @external
          door: String @requires(fields: "home { id }")
          label: String @requires(fields: "home { __typename ... on House { street } ... on Boat { id river } }")
          noise: String @requires(fields: "pet { __typename ... on Dog { bark } ... on Cat { lives } }")
        }
        interface Home { id: ID! }
        type House implements Home @key(fields: "id") { id: ID! street: String @external }
        type Boat implements Home @key(fields: "id") { id: ID! river: String @external }
        union Pet = Dog | Cat
        type Dog @shareable { bark: String }
        type Cat @shareable { lives: Int }
        """,
        entities={"User": [{"id": "1"}, {"id": "2"}, {"id": "3"}]},
        fields={
            "Query.receivers": [{"id": "2"}],
            "User.door": lambda user: user["home"] and user["home"]["id"],
            "User.label": lambda user: (
                user["home"]
                and "{__typename} {place}".format(
                    __typename=user["home"]["__typename"], place=user["home"].get("street") or user["home"].get("river")
                )
            ),
            "User.noise": lambda user: user["pet"] and str(user["pet"].get("bark") or user["pet"].get("lives")),
        },
    ),
)


async def test_an_interface_field_is_required_of_every_implementation() -> None:
    outcome = await TOWN.ask("{ users { door } }")

    assert outcome.data == {"users": [{"door": "h"}, {"door": "b"}, {"door": None}]}
    assert outcome.calls == {"people": 1, "post": 1}


async def test_each_implementation_sends_what_its_fragment_names() -> None:
    outcome = await TOWN.ask("{ users { label } }")

    assert outcome.data == {"users": [{"label": "House Öst"}, {"label": "Boat Elbe"}, {"label": None}]}
    assert [user["home"] for user in outcome.representations("post")] == [
        {"__typename": "House", "street": "Öst"},
        {"__typename": "Boat", "id": "b", "river": "Elbe"},
        None,
    ]
    assert outcome.calls == {"people": 1, "post": 1}


async def test_each_member_of_a_union_sends_what_its_fragment_names() -> None:
    outcome = await TOWN.ask("{ users { noise } }")

    assert outcome.data == {"users": [{"noise": "wuff"}, {"noise": "7"}, {"noise": None}]}
    assert outcome.calls == {"people": 1, "post": 1}


async def test_requirements_of_the_same_interface_are_sent_together() -> None:
    outcome = await TOWN.ask("{ users { label noise door } }")

    assert outcome.data["users"][1] == {"label": "Boat Elbe", "noise": "7", "door": "b"}
    assert outcome.calls == {"people": 1, "post": 1}


async def test_a_subgraph_is_entered_again_with_what_another_knows_of_the_interface() -> None:
    outcome = await TOWN.ask("{ receivers { label } }")

    assert outcome.data == {"receivers": [{"label": "Boat Elbe"}]}
    assert outcome.calls == {"post": 2, "people": 1}


async def test_the_client_may_look_at_the_interface_otherwise() -> None:
    outcome = await TOWN.ask("{ users { home { is: __typename ... on House { id: street } } label } }")

    assert outcome.data["users"][:2] == [
        {"home": {"is": "House", "id": "Öst"}, "label": "House Öst"},
        {"home": {"is": "Boat"}, "label": "Boat Elbe"},
    ]
    assert outcome.calls == {"people": 1, "post": 1}


async def test_what_the_fragments_need_is_not_in_the_answer() -> None:
    outcome = await TOWN.ask("{ users { home { id } label } }")

    assert outcome.data["users"][0] == {"home": {"id": "h"}, "label": "House Öst"}
