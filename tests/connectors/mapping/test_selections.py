"""What selections make of answers."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.mapping.missing import MISSING

BOOK = {
    "id": 1,
    "book title": "Emma",
    "author": {"first": "Jane", "last": "Austen", "born": {"year": 1775}},
    "copies": [{"place": "A", "loans": [1, 2]}, {"place": "B", "loans": []}],
    "note": None,
}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("id", {"id": 1}),
        ("id note", {"id": 1, "note": None}),
        ("id, note,", {"id": 1, "note": None}),
        ("key: id", {"key": 1}),
        ('title: "book title"', {"title": "Emma"}),
        ('"key": id', {"key": 1}),
        ("year: author.born.year", {"year": 1775}),
        ("author { first }", {"author": {"first": "Jane"}}),
        ("writer: author { name: last }", {"writer": {"name": "Austen"}}),
        ("id author.born { year }", {"id": 1, "year": 1775}),
        ("id $.author { first }", {"id": 1, "first": "Jane"}),
        ("id ...author", {"id": 1, "first": "Jane", "last": "Austen", "born": {"year": 1775}}),
        ("names: { first: author.first last: author.last }", {"names": {"first": "Jane", "last": "Austen"}}),
        ("copies { place }", {"copies": [{"place": "A"}, {"place": "B"}]}),
        ("places: copies.place", {"places": ["A", "B"]}),
        ("loans: copies.loans", {"loans": [[1, 2], []]}),
        ("$.author.first", "Jane"),
        ("$.copies { at: place }", [{"at": "A"}, {"at": "B"}]),
        ("$", BOOK),
        ("# the key\nid # and no more", {"id": 1}),
        ('kind: $("book") size: 3', {"kind": "book", "size": 3}),
        ("list: [1, $.id, null]", {"list": [1, 1, None]}),
        ("id gone", {"id": 1}),
        ("id gone: author.gone.deeper", {"id": 1}),
        ("id gone: note?.deeper", {"id": 1}),
        ("id none: gone ?? note ?? 'x'", {"id": 1, "none": "x"}),
        ("id none: note ?! 'x'", {"id": 1, "none": None}),
        ("id some: gone ?! 'x'", {"id": 1, "some": "x"}),
        ("id up: author.first->echo(@)", {"id": 1, "up": "Jane"}),
        ("all: copies->map({ where: @.place })", {"all": [{"where": "A"}, {"where": "B"}]}),
    ],
)
def test_a_selection_makes_an_object_of_an_answer(select: Callable[..., Any], text: str, made: object) -> None:
    assert select(text, BOOK) == made


def test_a_selection_on_a_list_makes_a_list(select: Callable[..., Any]) -> None:
    assert select("id", [{"id": 1}, None, [{"id": 2}]]) == [{"id": 1}, None, [{"id": 2}]]


def test_a_selection_of_nothing_is_nothing(select: Callable[..., Any]) -> None:
    assert select("id", None) is None
    assert select("$.gone", {}) is MISSING


def test_variables_stand_beside_the_answer(select: Callable[..., Any]) -> None:
    text = "id owner: $this.id asked: $args.input { name }"
    values = {"this": {"id": 7}, "args": {"input": {"name": "x", "other": 1}}}

    assert select(text, {"id": 1}, **values) == {"id": 1, "owner": 7, "asked": {"name": "x"}}


def test_a_batch_reads_one_member_of_all(select: Callable[..., Any]) -> None:
    assert select("ids: $batch.id", {}, batch=[{"id": 1}, {"id": 2}]) == {"ids": [1, 2]}


def test_an_object_in_braces_leaves_out_what_is_missing(select: Callable[..., Any]) -> None:
    assert select("{ a: $args.a, b: $args.b, c: { d: $args.c } }", {}, args={"a": None}) == {"a": None, "c": {}}


def test_a_bound_variable_holds_for_the_rest_of_its_path(select: Callable[..., Any]) -> None:
    text = "id copies: $.id->as($book)->echo($.copies)->map({ place: @.place, book: $book })"

    assert select(text, BOOK)["copies"] == [{"place": "A", "book": 1}, {"place": "B", "book": 1}]
