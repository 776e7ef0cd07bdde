"""One object at many places of an answer stands there in full, also where something else in the answer is wrong."""

import pytest

from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

ANN = {"id": "1", "age": 1 << 40}
BOB = {"id": "2", "age": None}
NOTES = [{"text": "a", "by": ANN}, {"text": "b", "by": ANN}, {"text": "c", "by": BOB}, {"text": "d", "by": ANN}]


def notes(ends: list[dict[str, object]]) -> World:
    """Notes of few authors, and behind them an end that must have a size, if `ends` has it."""
    return World(
        StrictSubgraph(
            "notes",
            FEDERATION_2
            + """
            type Query { notes: [Note!] end: End }
            type Note { text: String by: Author }
            type Author @key(fields: "id") { id: ID! }
            type End @key(fields: "id") { id: ID! }
            """,
            entities={"Author": [ANN, BOB]},
            fields={"Query.notes": NOTES, "Query.end": {"id": "1"}},
        ),
        StrictSubgraph(
            "authors",
            FEDERATION_2
            + """
            scalar Big
            type Author @key(fields: "id") { id: ID! age: Big friends: [Author] }
            type End @key(fields: "id") { id: ID! size: Int! }
            """,
            entities={
                "Author": [{**ANN, "friends": [ANN, ANN, BOB]}, {**BOB, "friends": None}],
                "End": ends,
            },
        ),
    )


@pytest.mark.parametrize("size", [1, None])
async def test_an_object_is_the_same_wherever_it_stands(size: int | None) -> None:
    ends = [] if size is None else [{"id": "1", "size": size}]

    outcome = await notes(ends).ask("{ notes { text by { id age friends { id age } } } end { size } }")

    authors = {"1": {**ANN, "friends": [ANN, ANN, BOB]}, "2": {**BOB, "friends": None}}
    found = [{"text": note["text"], "by": authors[note["by"]["id"]]} for note in NOTES]
    assert outcome.data == {"notes": found, "end": size and {"size": size}}
    assert [error["path"] for error in outcome.errors] == ([] if size else [["end", "size"]])
