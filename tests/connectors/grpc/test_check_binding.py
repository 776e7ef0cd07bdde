"""A binding that names what the messages do not have is refused before anything is called."""

from typing import Any

import pytest

from connectors.errors import BindingInvalid
from connectors.grpc.check_binding import check_binding
from connectors.grpc.types import GrpcTypes
from schemas.connect import Connect, GrpcCall, Protocol, Source

ECHO = "interlace.test.EverythingService/Echo"
BATCH = "interlace.test.EverythingService/BatchGetShared"


def check(types: GrpcTypes, method: str, body: str | None, selection: str, **more: Any) -> None:
    source = Source("everything", Protocol.GRPC)
    connect = Connect("shop", "Query.thing", source, GrpcCall(method, body), selection, **more)
    check_binding(connect, types.method(method))


@pytest.mark.parametrize(
    ("body", "selection"),
    [
        (None, "a_string"),
        ("a_string: $args.x aBytes: $args.y", "text: a_string nested: a_nested { name inner: parent.a_string }"),
        ("$args", "$.a_nested.parent { id: an_int64 }"),
        ("a_nested: { name: $args.x } many_nested: $args.list { name: x }", "many_nested { name }"),
        ("some_object: { whatever: $args.x }", "some_object { whatever } int64_by_name { any }"),
        ("nested_by_number: $args.x", "count: many_nested->size first: many_nested->first { unknown }"),
        (None, "a: a_string ?? maybe_string b: a_nested?.name"),
    ],
)
def test_what_the_messages_have_is_accepted(types: GrpcTypes, body: str | None, selection: str) -> None:
    check(types, ECHO, body, selection)


@pytest.mark.parametrize(
    ("body", "selection", "problem"),
    [
        (
            "a_strin: $args.x",
            "a_string",
            "'body': interlace.test.Everything has no field 'a_strin'. Did you mean 'a_string'",
        ),
        (
            "a_nested: { nam: $args.x }",
            "a_string",
            "'body': interlace.test.Everything.Nested has no field 'nam'. Did you mean 'name'?",
        ),
        (
            "many_nested: $args.list { size }",
            "a_string",
            "'body': interlace.test.Everything.Nested has no field 'size'. It has: name, parent.",
        ),
        (None, "aString", "'selection': interlace.test.Everything has no field 'aString'. Did you mean 'a_string'"),
        (
            None,
            "a_nested { x: parent.a_nested.nam }",
            "'selection': interlace.test.Everything.Nested has no field 'nam'. Did you mean 'name'?",
        ),
        (
            None,
            "x: $(a_nested.nam ?? a_string)",
            "'selection': interlace.test.Everything.Nested has no field 'nam'. Did you mean 'name'?",
        ),
    ],
)
def test_a_member_that_is_not_there_is_named(types: GrpcTypes, body: str | None, selection: str, problem: str) -> None:
    with pytest.raises(BindingInvalid) as caught:
        check(types, ECHO, body, selection)

    assert str(caught.value).startswith(f"Query.thing: {problem}")


def test_everything_that_is_wrong_is_told_at_once(types: GrpcTypes) -> None:
    with pytest.raises(BindingInvalid) as caught:
        check(types, BATCH, "idz: $batch.id", "$.found { di titel }")

    assert str(caught.value).splitlines() == [
        "Query.thing: 'body': interlace.test.BatchOfShared has no field 'idz'. Did you mean 'ids'?",
        "Query.thing: 'selection': interlace.test.Shared has no field 'di'. Did you mean 'id'?",
        "Query.thing: 'selection': interlace.test.Shared has no field 'titel'. Did you mean 'title'?",
    ]


def test_group_by_is_a_member_of_the_items(types: GrpcTypes) -> None:
    check(types, BATCH, "ids: $batch.id", "$.found { title }", group_by="id")

    with pytest.raises(BindingInvalid, match=r"'groupBy': interlace\.test\.Shared has no field 'ids'"):
        check(types, BATCH, "ids: $batch.id", "$.found { title }", group_by="ids")
