"""Subgraphs that each find their own objects by an id: `node(id:)` and `Node` in every one of them."""

from typing import Any

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

ACCOUNT = {"__typename": "Account", "id": "a1", "accountsId": "acc/1", "name": "Ann"}
CHAT = {"__typename": "Chat", "id": "c1", "chatsId": "chat/1", "text": "héllo", "by": {"id": "a1"}}


def found(*objects: dict[str, Any]) -> Any:
    return lambda _, id: next((item for item in objects if item["id"] == id), None)  # noqa: A006


NODES = World(
    StrictSubgraph(
        "accounts",
        FEDERATION_2
        + """
        interface Node { id: ID! }
        type Query { node(id: ID!): Node @shareable account(id: ID!): Account }
        type Account implements Node @key(fields: "id") @key(fields: "accountsId") {
          id: ID! accountsId: ID! name: String
        }
        """,
        entities={"Account": [ACCOUNT]},
        fields={"Query.node": found(ACCOUNT), "Query.account": found(ACCOUNT)},
    ),
    StrictSubgraph(
        "chats",
        FEDERATION_2
        + """
        interface Node { id: ID! }
        type Query { node(id: ID!): Node @shareable chat(id: ID!): Chat }
        type Chat implements Node @key(fields: "id") @key(fields: "chatsId") {
          id: ID! chatsId: ID! text: String by: Account
        }
        type Account implements Node @key(fields: "id") { id: ID! chats: [Chat] }
        """,
        entities={"Chat": [CHAT], "Account": [{"id": "a1", "chats": [CHAT]}]},
        fields={
            "Query.node": found(CHAT, {"__typename": "Account", "id": "a1", "chats": [CHAT]}),
            "Query.chat": found(CHAT),
        },
    ),
    StrictSubgraph(
        "audits",
        FEDERATION_2
        + """
        type Account @key(fields: "accountsId") { accountsId: ID! audits: Int }
        type Chat @key(fields: "chatsId") { chatsId: ID! audits: Int }
        """,
        entities={"Account": [{"accountsId": "acc/1", "audits": 2}], "Chat": [{"chatsId": "chat/1", "audits": 5}]},
    ),
)


async def test_a_node_is_asked_once() -> None:
    outcome = await NODES.ask('{ node(id: "a1") { id __typename } }')

    assert outcome.data == {"node": {"id": "a1", "__typename": "Account"}}
    assert sum(outcome.calls.values()) == 1


async def test_a_node_that_several_subgraphs_know_is_asked_of_each_for_its_part() -> None:
    outcome = await NODES.ask('{ node(id: "a1") { ... on Account { name chats { id } } } }')

    assert outcome.data == {"node": {"name": "Ann", "chats": [{"id": "c1"}]}}
    assert sum(outcome.calls.values()) == 2


async def test_a_third_subgraph_is_entered_by_the_id_that_it_knows() -> None:
    outcome = await NODES.ask('{ account(id: "a1") { audits chats { audits } } }')

    assert outcome.data == {"account": {"audits": 2, "chats": [{"audits": 5}]}}
    assert outcome.calls["accounts"] == 1
    assert outcome.calls["chats"] == 1


async def test_the_id_of_another_subgraph_is_found_on_the_way() -> None:
    outcome = await NODES.ask('{ chat(id: "c1") { by { id audits } } }')

    assert outcome.data == {"chat": {"by": {"id": "a1", "audits": 2}}}
    assert outcome.calls == {"chats": 1, "accounts": 1, "audits": 1}


async def test_ids_of_all_kinds_are_answered_under_the_names_of_the_client() -> None:
    outcome = await NODES.ask('{ account(id: "a1") { id: accountsId accountsId: id audits } }')

    assert outcome.data == {"account": {"id": "acc/1", "accountsId": "a1", "audits": 2}}
    assert outcome.calls == {"accounts": 1, "audits": 1}


async def test_two_nodes_of_different_types_are_two_fields() -> None:
    outcome = await NODES.ask('{ a: node(id: "a1") { ... on Account { name } } c: chat(id: "c1") { id } }')

    assert outcome.data == {"a": {"name": "Ann"}, "c": {"id": "c1"}}
    assert outcome.calls == {"accounts": 1, "chats": 1}


async def test_an_id_that_nobody_knows_is_null() -> None:
    outcome = await NODES.ask('{ chat(id: "?") { text by { name audits } } }')

    assert outcome.data == {"chat": None}
    assert outcome.calls == {"chats": 1}
