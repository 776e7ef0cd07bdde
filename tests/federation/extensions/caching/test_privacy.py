"""What is one principal's own reaches nobody else, whatever is asked in whatever order."""

from random import Random
from typing import Any

from graphql import NamedTypeNode, NameNode, VariableDefinitionNode, VariableNode

from connectors.protocol import CallRequest
from schemas.selection import Argument, Field
from tests.federation.extensions.caching.world import named, root, rule, users, world

PRINCIPALS = 1_000
QUERIES = 6_000
RULES = {
    "User.id": rule(600, scope="public"),
    "User.name": rule(600, scope="public"),
    "User.secret": rule(600),
    "Query.user": rule(600),
    "Query.shop": rule(600, scope="public"),
}
ID = VariableDefinitionNode(
    variable=VariableNode(name=NameNode(value="id")), type=NamedTypeNode(name=NameNode(value="ID"))
)
BY_VARIABLE = root(
    Field(
        "user",
        arguments=(Argument("id", VariableNode(name=NameNode(value="id"))),),
        selections=(Field("id"), Field("secret")),
    )
)
BY_VARIABLE = BY_VARIABLE.__class__(BY_VARIABLE.graph, "query", BY_VARIABLE.selections, (), (ID,))
PUBLIC, PRIVATE, SHOP = users("id", "name"), users("id", "secret"), root(Field("shop", selections=(Field("name"),)))


def respond(request: CallRequest) -> Any:
    """Everything that is not public says for whom it was fetched."""
    who = request.context.identity_scope
    if request.fetches[0] is SHOP:
        return {"shop": {"name": "everybody's"}}
    if request.fetches[0] is BY_VARIABLE:
        number = request.variables["id"]
        return {"user": {"id": number, "secret": f"{number} for {who}"}}
    shown = [each["id"] for each in request.representations]
    if request.fetches[0] is PUBLIC:
        return [named(number, f"{number} for everybody") for number in shown]
    return [{"__typename": "User", "id": number, "secret": f"{number} for {who}"} for number in shown]


async def test_a_thousand_principals_never_read_each_others_entries() -> None:
    random = Random(7)
    async with world({**RULES, "Shop.name": rule(600, scope="public")}) as w:
        w.people.respond = respond
        for _ in range(QUERIES):
            who = f"principal {random.randrange(PRINCIPALS)}"
            number = str(random.randrange(3))
            match random.randrange(4):
                case 0:
                    answer = await w.ask(who=who, fetches=(BY_VARIABLE,), variables={"id": number})
                    assert answer.data["user"] == {"id": number, "secret": f"{number} for {who}"}
                case 1:
                    numbers = sorted({number, str(random.randrange(3))})
                    answer = await w.ask(numbers, who=who, fetches=(PRIVATE,))
                    assert [each["secret"] for each in answer.data] == [f"{each} for {who}" for each in numbers]
                case 2:
                    answer = await w.ask([number], who=who, fetches=(PUBLIC,))
                    assert answer.data[0]["name"] == f"{number} for everybody"
                case _:
                    assert (await w.ask(who=who, fetches=(SHOP,))).data == {"shop": {"name": "everybody's"}}

        # Most of it was answered from the cache: the test would show nothing otherwise.
        assert len(w.people.calls) < QUERIES * 0.7
        assert len([call for call in w.people.calls if call.fetches[0] in (PUBLIC, SHOP)]) <= 4
