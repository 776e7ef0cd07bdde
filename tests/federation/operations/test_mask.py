"""Denied fields are null, are not fetched, and say once why."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from federation.errors import RequestError
from federation.operations.extension import Denial, OperationRun
from federation.operations.mask import Mark
from federation.operations.operation import Operation
from federation.operations.selected_fields import SelectedField, selected_fields
from federation.pipeline import Pipeline
from federation.request import ClientRequest, RequestContext
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

ADA = {"__typename": "User", "id": "1", "name": "Ada", "email": "ada@x"}
BO = {"__typename": "User", "id": "2", "name": "Bo", "email": "bo@x"}
ROBOT = {"__typename": "Robot", "id": "3", "name": "Rob", "maker": "M"}
ACCOUNTS = StrictSubgraph(
    "accounts",
    FEDERATION_2
    + """
    type Query { me: User users: [User!]! maybe: [User]! nobody: [User!]! being: Being beings: [Being!]! }
    type Mutation { pay: Int greet: String }
    interface Being { id: ID! name: String }
    type User implements Being @key(fields: "id") { id: ID! name: String email: String! friend: User! }
    type Robot implements Being { id: ID! name: String maker: String! }
    """,
    entities={"User": [ADA, BO]},
    fields={
        "Query.me": ADA,
        "Query.users": [ADA, BO],
        "Query.maybe": [ADA, BO],
        "Query.nobody": [],
        "Query.being": ROBOT,
        "Query.beings": [ADA, ROBOT],
        "User.friend": BO,
        "Mutation.pay": 1,
        "Mutation.greet": "hello",
    },
)
REVIEWS = StrictSubgraph(
    "reviews",
    FEDERATION_2 + 'type User @key(fields: "id") { id: ID! stars: Int score: Int! }',
    entities={"User": [{"id": "1", "stars": 5, "score": 9}, {"id": "2", "stars": 3, "score": 8}]},
)


@dataclass(frozen=True, slots=True)
class Denying:
    """Denies the coordinates, one error for each."""

    coordinates: frozenset[str]

    def prepare(self, operation: Operation) -> "DenyingGuard | None":
        guarded = [each for each in selected_fields(operation) if each.coordinate in self.coordinates]
        return DenyingGuard(guarded) if guarded else None


@dataclass(frozen=True, slots=True)
class DenyingGuard:
    guarded: Sequence[SelectedField]

    async def decide(self, run: OperationRun) -> Sequence[Denial]:
        marks: dict[str, list[Mark]] = {}
        for each in self.guarded:
            if run.is_wanted(each):
                marks.setdefault(each.coordinate, []).append(each.mark)
        return [Denial(tuple(found), "FORBIDDEN", f"no {coordinate}") for coordinate, found in marks.items()]


@dataclass(frozen=True, slots=True)
class Answered:
    data: Any
    errors: list[tuple[str, list[str]]]
    calls: dict[str, list[str]]


async def ask(line: Pipeline, query: str, variables: Mapping[str, Any] | None = None) -> Answered:
    for subgraph in (ACCOUNTS, REVIEWS):
        subgraph.forget()
    context = RequestContext(asyncio.get_running_loop().time() + 5)
    answer = orjson.loads((await line.answer(ClientRequest(query, variables=variables or {}), context)).body)
    errors = [(each["message"], each.get("path")) for each in answer.get("errors", ())]
    calls = {each.name: [call.operation for call in each.calls] for each in (ACCOUNTS, REVIEWS) if each.calls}
    return Answered(answer["data"], errors, calls)


def denying(*coordinates: str) -> Pipeline:
    return World(ACCOUNTS, REVIEWS).pipeline(Denying(frozenset(coordinates)))


async def test_a_denied_field_is_null_in_its_place_and_not_fetched() -> None:
    answer = await ask(denying("User.stars"), "{ users { id stars name } }")

    assert answer.data == {
        "users": [{"id": "1", "stars": None, "name": "Ada"}, {"id": "2", "stars": None, "name": "Bo"}]
    }
    assert list(answer.data["users"][0]) == ["id", "stars", "name"]
    assert answer.errors == [("no User.stars", ["users", "stars"])]
    assert list(answer.calls) == ["accounts"]


async def test_a_denied_field_that_may_not_be_null_takes_its_object_with_it() -> None:
    line = denying("User.email")

    assert (await ask(line, "{ me { id email } }")).data == {"me": None}
    assert (await ask(line, "{ maybe { email } }")).data == {"maybe": [None, None]}
    assert (await ask(line, "{ nobody { email } }")).data == {"nobody": []}
    whole = await ask(line, "{ users { id email } }")
    assert (whole.data, whole.errors) == (None, [("no User.email", ["users", "email"])])


async def test_a_null_of_a_masked_field_is_reported_once_however_deep_it_propagates() -> None:
    answer = await ask(denying("User.email"), "{ me { friend { friend { email } } } }")

    assert (answer.data, answer.errors) == ({"me": None}, [("no User.email", ["me", "friend", "friend", "email"])])


async def test_aliases_of_one_field_are_one_error_and_all_masked() -> None:
    answer = await ask(denying("User.stars"), "{ a: me { x: stars y: stars } b: me { stars score } }")

    assert answer.data == {"a": {"x": None, "y": None}, "b": {"stars": None, "score": 9}}
    assert answer.errors == [("no User.stars", ["a", "x"])]


async def test_a_field_is_masked_under_the_type_that_denies_it_alone() -> None:
    line = denying("User.name")

    answer = await ask(line, "{ beings { __typename ... on User { name } ... on Robot { name } } }")

    assert answer.data == {"beings": [{"__typename": "User", "name": None}, {"__typename": "Robot", "name": "Rob"}]}


async def test_what_another_type_condition_gives_is_not_masked() -> None:
    answer = await ask(denying("Being.name"), "{ beings { name ... on User { name } } }")

    assert answer.data == {"beings": [{"name": "Ada"}, {"name": None}]}


async def test_an_operation_of_which_nothing_is_left_costs_no_call() -> None:
    answer = await ask(denying("Query.me"), "{ me { id } }")

    assert (answer.data, answer.calls) == ({"me": None}, {})


async def test_an_object_whose_fields_are_all_denied_is_still_there() -> None:
    answer = await ask(denying("User.stars", "User.name"), "{ me { stars name } }")

    assert answer.data == {"me": {"stars": None, "name": None}}
    assert "name" not in answer.calls["accounts"][0].split("me")[1].replace("__typename", "")


async def test_a_denied_mutation_does_not_happen() -> None:
    answer = await ask(denying("Mutation.pay"), "mutation { greet pay }")

    assert answer.data == {"greet": "hello", "pay": None}
    assert all("pay" not in call for call in answer.calls["accounts"])


@pytest.mark.parametrize(("wanted", "shown"), [(True, {"id": "1", "stars": None}), (False, {"id": "1"})])
async def test_a_field_that_is_not_included_is_neither_denied_nor_shown(wanted: bool, shown: dict[str, Any]) -> None:
    query = "query ($x: Boolean!) { me { id ... @include(if: $x) { stars } } }"

    answer = await ask(denying("User.stars"), query, {"x": wanted})

    assert answer.data == {"me": shown}
    assert bool(answer.errors) == wanted


async def test_what_is_not_denied_runs_on_the_ordinary_plan() -> None:
    line = denying("User.stars")

    assert (await ask(line, "{ me { name } }")).data == {"me": {"name": "Ada"}}
    assert line.prepare("{ me { name } }", None).guards == ()


async def test_a_guard_sees_what_those_before_it_denied() -> None:
    line = World(ACCOUNTS, REVIEWS).pipeline(Denying(frozenset({"Query.me"})), Denying(frozenset({"User.stars"})))

    answer = await ask(line, "{ me { stars } }")

    assert answer.errors == [("no Query.me", ["me"])]


async def test_a_guard_may_refuse_the_whole_operation() -> None:
    class Refusing(Denying):
        def prepare(self, operation: Operation) -> Any:
            return self

        async def decide(self, run: OperationRun) -> Sequence[Denial]:
            raise RequestError("not today")

    with pytest.raises(RequestError, match="not today"):
        await ask(World(ACCOUNTS, REVIEWS).pipeline(Refusing(frozenset())), "{ me { id } }")
    assert not ACCOUNTS.calls
