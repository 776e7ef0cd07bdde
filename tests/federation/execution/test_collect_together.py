"""Fetches that begin at once are collected for in one walk, however steps stand inside one another."""

from collections.abc import Sequence
from typing import Any

import pytest

from federation.execution.collect import Collector
from federation.execution.entities import Entity
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

WORLD = World(
    StrictSubgraph(
        "offices",
        FEDERATION_2
        + """
        type Query { office: Office }
        type Office { team: [User!]! }
        type User @key(fields: "id") { id: ID! friend: Friend pets: [Pet!] }
        type Friend @key(fields: "id") { id: ID! }
        type Pet @key(fields: "id") { id: ID! }
        """,
        fields={"Query.office": {"team": [{"id": "1", "friend": {"id": "2"}, "pets": [{"id": "p"}]}]}},
    ),
    StrictSubgraph(
        "details",
        FEDERATION_2
        + """
        type Friend @key(fields: "id") { id: ID! nick: String }
        type Pet @key(fields: "id") { id: ID! kind: String }
        """,
        entities={"Friend": [{"id": "2", "nick": "Rūta"}], "Pet": [{"id": "p", "kind": "cat"}]},
    ),
    StrictSubgraph(
        "badges",
        FEDERATION_2 + 'type Friend @key(fields: "id") { id: ID! badge: String }',
        entities={"Friend": [{"id": "2", "badge": "gold"}]},
    ),
)


async def test_what_goes_in_one_call_is_collected_with_what_begins_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[int] = []
    collect = Collector.collect

    def counted(self: Collector, data: Entity, found: Sequence[Entity] = ()) -> Any:
        presented = collect(self, data, found)
        walks.append(len(presented))
        return presented

    monkeypatch.setattr(Collector, "collect", counted)

    outcome = await WORLD.ask("{ office { team { friend { nick badge } pets { kind } } } }")

    friend = {"nick": "Rūta", "badge": "gold"}
    assert outcome.data == {"office": {"team": [{"friend": friend, "pets": [{"kind": "cat"}]}]}}
    assert outcome.calls == {"offices": 1, "details": 1, "badges": 1}
    assert walks == [3]
