"""Arguments of bound fields have the values that their declared types say."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.bound.arguments import argument_reader

SDL = """
type Query {
  find(id: ID, ids: [ID!], grid: [[Int]], size: Int = 3, ratio: Float, kind: Kind, where: Where): String @connect(
    source: "shop" http: { POST: "/find", body: "$args" } selection: "$.name"
  )
}
input Where { owner: Owner tags: [String!] limit: Int! = 10 }
input Owner { id: ID! name: String = "nobody" }
enum Kind { BIG SMALL }
"""


@pytest.fixture
def arguments(bound: Callable[[str], Any], selections: Callable[[str], Any]) -> Callable[..., dict[str, Any]]:
    """The arguments of `{ find(...) }` under some variables."""

    def read(text: str, **variables: object) -> dict[str, Any]:
        connect, graph = bound(SDL)
        (field,) = selections(f"{{ find{text} }}")
        return argument_reader(field, connect, graph)(variables)

    return read


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {"size": 3}),
        ("(size: null)", {"size": None}),
        ("(id: 5)", {"size": 3, "id": "5"}),
        ('(ids: [1, "a"])', {"size": 3, "ids": ["1", "a"]}),
        ("(ids: 1)", {"size": 3, "ids": ["1"]}),
        ("(grid: 1)", {"size": 3, "grid": [[1]]}),
        ("(grid: [[1], null])", {"size": 3, "grid": [[1], None]}),
        ("(ratio: 2)", {"size": 3, "ratio": 2.0}),
        ("(kind: BIG)", {"size": 3, "kind": "BIG"}),
        ("(where: {})", {"size": 3, "where": {"limit": 10}}),
        (
            '(where: { owner: { id: 5 }, tags: "a" })',
            {"size": 3, "where": {"limit": 10, "tags": ["a"], "owner": {"id": "5", "name": "nobody"}}},
        ),
    ],
)
def test_literals_have_the_values_of_their_types(
    arguments: Callable[..., Any], text: str, values: dict[str, Any]
) -> None:
    assert arguments(text) == values


def test_variables_are_taken_as_they_were_coerced(arguments: Callable[..., Any]) -> None:
    found = arguments("(size: $size, where: { tags: [$tag, $none], owner: { id: $id, name: $name } })", id="1", tag="a")

    assert found == {
        "size": 3,
        "where": {"limit": 10, "tags": ["a", None], "owner": {"id": "1", "name": "nobody"}},
    }
    assert arguments("(size: $size)", size=None) == {"size": None}
