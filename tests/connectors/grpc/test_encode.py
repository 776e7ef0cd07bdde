"""What cannot stand in a message is refused, with the place where it stands."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.grpc.encode import Encoders
from connectors.grpc.encode_scalars import WrongInput
from connectors.grpc.types import GrpcTypes

Encode = Callable[[Any], bytes]


@pytest.fixture(scope="session")
def encode(types: GrpcTypes) -> Encode:
    return Encoders(types.pool).encoder(types.pool.FindMessageTypeByName("interlace.test.Everything"))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("text", "expected an object (interlace.test.Everything), found text"),
        ({"an_int32": 2**31}, "an_int32: expected a whole number of 32 bits, found one that is too large"),
        ({"a_uint64": -1}, "a_uint64: expected a whole number of 64 bits without sign, found one that is too small"),
        ({"an_int64": 1.5}, "an_int64: expected a whole number of 64 bits, found a number"),
        ({"an_int64": True}, "an_int64: expected a whole number of 64 bits, found a boolean"),
        ({"an_int64": "1e3"}, "an_int64: expected a whole number of 64 bits, found text"),
        ({"a_bool": 1}, "a_bool: expected a boolean, found a whole number"),
        ({"a_string": 1.5}, "a_string: expected text, found a number"),
        ({"a_string": "\ud800"}, "a_string: the text has half of a surrogate pair, which is no character"),
        ({"a_bytes": "not base64!"}, "a_bytes: expected base64 text, found other text"),
        ({"a_double": "many"}, "a_double: expected a number, found text"),
        ({"a_double": 10**400}, "a_double: expected a number of 64 bits, found one that is too large"),
        ({"a_float": 1e39}, "a_float: expected a number of 32 bits, found one that is too large"),
        (
            {"a_colour": "RAD"},
            (
                "a_colour: expected a value of the enum interlace.test.Everything.Colour, found another word. "
                "Did you mean 'RED'?"
            ),
        ),
        ({"a_colour": 2**31}, "a_colour: the enum interlace.test.Everything.Colour has no such number"),
        ({"a_colour": 1.0}, "a_colour: expected a value of the enum interlace.test.Everything.Colour, found a number"),
        ({"a_nested": []}, "a_nested: expected an object (interlace.test.Everything.Nested), found a list"),
        ({"many_int64": 1}, "many_int64: expected a list, found a whole number"),
        ({"many_int64": [1, 2, "x"]}, "many_int64[2]: expected a whole number of 64 bits, found text"),
        ({"many_int64": [None]}, "many_int64[0]: expected a whole number of 64 bits, found null"),
        (
            {"many_nested": [{}, {"nam": "x"}]},
            "many_nested[1].nam: interlace.test.Everything.Nested has no such field. Did you mean 'name'?",
        ),
        (
            {"many_nested": [{"parent": {"a_bool": 0}}]},
            "many_nested[0].parent.a_bool: expected a boolean, found a whole number",
        ),
        ({"int64_by_name": {"a": "b"}}, 'int64_by_name["a"]: expected a whole number of 64 bits, found text'),
        ({"int64_by_name": [1]}, "int64_by_name: expected an object, found a list"),
        ({"nested_by_number": {"x": {}}}, 'nested_by_number["x"]: expected a whole number of 64 bits, found text'),
        (
            {"nested_by_number": {"1": None}},
            'nested_by_number["1"]: expected an object (interlace.test.Everything.Nested), found null',
        ),
        ({"colour_by_truth": {"yes": 1}}, "colour_by_truth[\"yes\"]: expected 'true' or 'false'"),
        ({"by_name": "x", "by_number": 1}, "by_number: only one of 'by_name' and 'by_number' can be set"),
        ({"a_string": "x", "aString": "y"}, "aString: only one of 'a_string' and 'aString' can be set"),
        ({"at": "yesterday"}, "at: expected a moment such as 2023-01-01T10:00:00.5Z"),
        ({"at": "2023-02-30T10:00:00Z"}, "at: day is out of range for month"),
        ({"at": 5}, "at: expected a moment as ISO 8601 text, found a whole number"),
        ({"at": "0001-01-01T00:00:00+01:00"}, "at: the moment is outside the years 1 to 9999"),
        ({"lasts": "1 hour"}, "lasts: expected a span in seconds such as 1.5s"),
        ({"lasts": "999999999999s"}, "lasts: the span is longer than 10,000 years"),
        ({"wrapped_int64": "x"}, "wrapped_int64: expected a whole number of 64 bits, found text"),
        (
            {"some_object": {"a": [{"b": "\ud800"}]}},
            "some_object.a[0].b: the text has half of a surrogate pair, which is no character",
        ),
        ({"some_list": "x"}, "some_list: expected a list, found text"),
        ({"mask": [1]}, "mask: expected paths, as text with commas or as a list, found a list"),
        ({"anything": {}}, "anything: expected an object with '@type', such as type.googleapis.com/shop.v1.Order"),
        ({"anything": {"@type": "x/y.Z"}}, "anything: '@type' names no message that is known here"),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(encode: Encode, value: Any, problem: str) -> None:
    with pytest.raises(WrongInput) as caught:
        encode(value)

    assert str(caught.value) == problem


def test_no_message_is_deeper_than_readers_accept(encode: Encode) -> None:
    value: dict[str, Any] = {}
    for _ in range(60):
        value = {"a_nested": {"parent": value}}

    with pytest.raises(WrongInput, match="messages are nested more than 100 deep"):
        encode(value)


def test_the_deepest_message_can_be_read_again(encode: Encode, types: GrpcTypes) -> None:
    value: dict[str, Any] = {}
    for _ in range(49):
        value = {"a_nested": {"parent": value}}

    GetMessageClass(types.pool.FindMessageTypeByName("interlace.test.Everything")).FromString(encode(value))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def test_whatever_a_client_sends_is_taken_or_refused_and_nothing_else(encode: Encode, types: GrpcTypes) -> None:
    fields = types.pool.FindMessageTypeByName("interlace.test.Everything").fields_by_name

    @settings(max_examples=150, deadline=None)
    @given(st.dictionaries(st.sampled_from(sorted(fields)), json_values, max_size=4))
    def check(value: dict[str, Any]) -> None:
        with contextlib.suppress(WrongInput):
            encode(value)

    check()


def test_required_fields_have_to_be_given(types: GrpcTypes) -> None:
    encode = Encoders(types.pool).encoder(types.pool.FindMessageTypeByName("interlace.test.Older"))

    with pytest.raises(WrongInput, match="these fields are required: name"):
        encode({"size": 1})


def test_a_closed_enum_takes_only_its_own_numbers(types: GrpcTypes) -> None:
    encode = Encoders(types.pool).encoder(types.pool.FindMessageTypeByName("interlace.test.Older"))

    assert encode({"name": "x", "level": 2})
    with pytest.raises(WrongInput, match=r"level: the enum interlace\.test\.Older\.Level has no such number"):
        encode({"name": "x", "level": 3})
