"""What can be told of a selection without an answer: what it reads, and what it gives."""

import pytest

from connectors.mapping.parse import parse_selection
from connectors.mapping.shape import selection_shape
from connectors.mapping.variables import variables_used


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("id name", {}),
        ("id: $args.id", {"$args": (("id",),)}),
        ("a: $this.x.y b: $this.x.y c: $args", {"$this": (("x", "y"),), "$args": ((),)}),
        ("$args.input { name lines { sku } }", {"$args": (("input", "name"), ("input", "lines", "sku"))}),
        ("ids: $batch.id->joinNotNull(',')", {"$batch": (("id",),)}),
        ("ids: $batch->map(@.id)", {"$batch": (("id",),)}),
        ("a: $args.list->filter(@.on)->first { id }", {"$args": (("list", "on"), ("list", "id"))}),
        ("a: name ?? $args.name", {"$args": (("name",),)}),
        ("a: { b: $this.id } c: [$this.c]", {"$this": (("id",), ("c",))}),
    ],
)
def test_the_members_that_are_read_are_known(text: str, used: dict[str, object]) -> None:
    assert dict(variables_used(parse_selection(text))) == used


@pytest.mark.parametrize(
    ("text", "path", "gives"),
    [
        ("id name", "id", True),
        ("id name", "age", False),
        ("id: key", "key", False),
        ("id user { name }", "user.name", True),
        ("id user { name }", "user.id", False),
        ("id user", "user.anything", True),
        ("$.users { id }", "id", True),
        ("$.users { id }", "name", False),
        ("$", "anything", True),
        ("id ...more", "anything", True),
        ("id $.user { name }", "name", True),
        ("id $.user { name }", "age", False),
        ("$.users->first { id }", "name", False),
        ("$.users->map({ id: @.key })", "id", True),
        ("$.users->map({ id: @.key })", "key", False),
        ("kind->match(['a', { x: 1 }], [@, { y: 1 }])", "y", True),
        ("kind->match(['a', { x: 1 }], [@, { y: 1 }])", "z", False),
        ("$.all->entries", "value", True),
    ],
)
def test_the_fields_that_are_given_are_known(text: str, path: str, gives: bool) -> None:
    assert selection_shape(parse_selection(text)).gives(path.split(".")) is gives
