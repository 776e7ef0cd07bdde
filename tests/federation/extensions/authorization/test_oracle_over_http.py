"""Operations in one body, and documents by their hash or id, are no way round: each gives what the oracle allows."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.extensions.caching.persisted import PersistedOperations, PersistedOptions
from federation.gateway import Gateway, Snapshot
from federation.http.app import App, EdgeOptions
from federation.identity import Identity
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext
from tests.federation.extensions.authorization.test_oracle import (
    CALLERS,
    IDS,
    Guarding,
    Oracle,
    guards,
    selections,
    whole,
    world,
)


class Told:
    """Says who asks, by a number in a header: in the place of tokens."""

    def __init__(self, callers: list[Identity]) -> None:
        self._callers = callers

    def wrap(self, inner: Handler) -> Handler:
        async def handle(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            context.identity = self._callers[int(request.headers["x-caller"])]
            return await inner(request, context)

        return handle


def body(way: str, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """One operation as a client sends it."""
    digest = sha256(text.encode()).hexdigest()
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    match way:
        case "hash":
            return {"extensions": persisted, "variables": variables}
        case "both":
            return {"query": text, "extensions": persisted, "variables": variables}
        case "id":
            return {"documentId": digest, "variables": variables}
        case _:
            return {"query": text, "variables": variables}


WAYS = st.sampled_from(["text", "hash", "both", "id"])
LOOKUPS = st.sampled_from(
    [
        "",
        " adauser: user(id: $ada) { __typename mail }",
        " bouser: user(id: $bo) { id t: __typename }",
        " adafind: find(id: $ada) { __typename ... on User { mail friend { mail } } }",
        " dfind: find(id: $d) { id ... on Doc { text owner { mail } } }",
    ]
)
OPERATIONS = st.lists(st.tuples(selections("Query", 3), LOOKUPS, st.booleans(), WAYS), min_size=2, max_size=4)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(guards(), st.lists(CALLERS, min_size=2, max_size=3), OPERATIONS)
async def test_a_batch_of_persisted_documents_gives_what_the_oracle_allows(
    guarding: dict[str, Guarding], callers: list[Identity], operations: list[tuple[str, str, bool, str]]
) -> None:
    asked = [
        (whole(f"{text[:-1]}{lookup} }}"), {"yes": yes, "no": not yes, **IDS}, way)
        for text, lookup, yes, way in operations
    ]
    documents = {sha256(text.encode()).hexdigest(): text for text, _, _ in asked}
    gateway = Gateway()
    layers = (Told(callers), PersistedOperations(PersistedOptions(documents), None))
    gateway.open(Snapshot(world(guarding).pipeline, (), layers))
    transport = httpx.ASGITransport(App(gateway, EdgeOptions(graphiql=False)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        for number, caller in enumerate(callers):
            batch = [body(way, text, variables) for text, variables, way in asked]
            response = await client.post("/graphql", json=batch, headers={"x-caller": str(number)})
            answers = response.json()

            assert [answer.get("data") for answer in answers] == [
                Oracle(guarding, caller, variables).answer(text) for text, variables, _ in asked
            ]
