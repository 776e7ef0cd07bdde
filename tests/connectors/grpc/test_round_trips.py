"""What is put into a message comes out of it: every type, without loss."""

import base64
import struct
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.grpc.decode import Decoders
from connectors.grpc.encode import Encoders
from connectors.grpc.types import GrpcTypes

Trip = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def trip(types: GrpcTypes) -> Trip:
    """Encode, send over a wire of no length, and decode."""
    descriptor = types.pool.FindMessageTypeByName("interlace.test.Everything")
    read = GetMessageClass(descriptor).FromString
    encode, decode = Encoders(types.pool).encoder(descriptor), Decoders(types.pool).decoder(descriptor)
    return lambda value: decode(read(encode(value)))


def whole(bits: int, *, signed: bool = True) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)


def base64_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


text = st.text(st.characters(exclude_categories=["Cs"]))
base64_texts = st.binary().map(base64_text)
nested = st.fixed_dictionaries({"name": text})
numbers = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
moments = st.datetimes(timezones=st.none()).flatmap(
    lambda day: st.sampled_from(["", ".500", ".000001", ".123456789"]).map(
        lambda fraction: f"{day.replace(microsecond=0).isoformat()}{fraction}Z"
    )
)

EVERY_MEMBER = {
    "a_double": numbers,
    "a_float": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "an_int32": whole(32),
    "an_int64": whole(64),
    "a_uint32": whole(32, signed=False),
    "a_uint64": whole(64, signed=False),
    "a_sint32": whole(32),
    "a_sint64": whole(64),
    "a_fixed32": whole(32, signed=False),
    "a_fixed64": whole(64, signed=False),
    "an_sfixed32": whole(32),
    "an_sfixed64": whole(64),
    "a_bool": st.booleans(),
    "a_string": text,
    "a_bytes": base64_texts,
    "a_colour": st.sampled_from(["COLOUR_UNSPECIFIED", "RED", "BELOW_ZERO", "HEX", 77]),
    "maybe_int64": st.none() | whole(64),
    "maybe_string": st.none() | text,
    "maybe_colour": st.none() | st.just("RED"),
    "many_int64": st.lists(whole(64)),
    "many_strings": st.lists(text),
    "many_colours": st.lists(st.sampled_from(["RED", "HEX", -5])),
    "many_bytes": st.lists(base64_texts),
    "many_doubles": st.lists(numbers),
    "int64_by_name": st.dictionaries(text, whole(64)),
    "colour_by_truth": st.dictionaries(st.sampled_from(["true", "false"]), st.just("HEX")),
    "bytes_by_number": st.dictionaries(whole(32, signed=False).map(str), base64_texts),
    "at": st.none() | moments,
    "many_times": st.lists(moments, max_size=3),
    "lasts": st.none() | st.sampled_from(["0s", "-1.500s", "3600s", "0.000000001s", "-315576000000s"]),
    "wrapped_int64": st.none() | whole(64),
    "wrapped_string": st.none() | text,
    "wrapped_bytes": st.none() | base64_texts,
    "wrapped_bool": st.none() | st.booleans(),
    "some_object": st.none() | st.dictionaries(text, json_values, max_size=3),
    "some_list": st.none() | st.lists(json_values, max_size=3),
    "some_value": json_values,
    "value_by_name": st.dictionaries(text, json_values, max_size=3),
    "mask": st.none() | st.sampled_from(["", "name", "name,parent.name"]),
    "from": text,
}


@pytest.mark.parametrize("name", sorted(EVERY_MEMBER))
def test_every_value_of_every_type_comes_back(trip: Trip, name: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(EVERY_MEMBER[name])
    def check(value: Any) -> None:
        found = trip({name: value})[name]
        if name == "a_float":
            assert struct.pack("f", found) == struct.pack("f", value)
        else:
            assert found == value
            assert type(found) is type(value) or isinstance(value, float)

    check()


@settings(max_examples=20, deadline=None)
@given(value=st.fixed_dictionaries({}, optional={**EVERY_MEMBER, "a_float": st.just(0.5)}))
def test_all_of_a_message_comes_back_together(trip: Trip, value: dict[str, Any]) -> None:
    found = trip(value)

    assert {name: found[name] for name in value} == value


def test_what_is_not_set_is_null_where_it_could_be_told_and_else_the_zero_of_its_type(trip: Trip) -> None:
    found = trip({})

    assert {name: found[name] for name in ("maybe_int64", "maybe_string", "maybe_colour", "a_nested", "at")} == {
        "maybe_int64": None,
        "maybe_string": None,
        "maybe_colour": None,
        "a_nested": None,
        "at": None,
    }
    assert (found["by_name"], found["by_number"], found["by_nested"]) == (None, None, None)
    assert (found["an_int64"], found["a_double"], found["a_bool"], found["a_string"]) == (0, 0.0, False, "")
    assert (found["a_bytes"], found["a_colour"], found["many_int64"]) == ("", "COLOUR_UNSPECIFIED", [])
    assert (found["int64_by_name"], found["nothing"], found["wrapped_int64"]) == ({}, None, None)


def test_a_zero_that_is_set_is_not_null(trip: Trip) -> None:
    found = trip({"maybe_int64": 0, "maybe_string": "", "by_number": 0, "wrapped_int64": 0, "a_nested": {}})

    assert (found["maybe_int64"], found["maybe_string"], found["by_number"]) == (0, "", 0)
    assert (found["wrapped_int64"], found["a_nested"]) == (0, {"name": "", "parent": None})


def test_the_members_of_a_choice_exclude_one_another(trip: Trip) -> None:
    found = trip({"by_number": 2**62})

    assert (found["by_name"], found["by_number"], found["by_nested"]) == (None, 2**62, None)


def test_messages_may_contain_their_own_type(trip: Trip) -> None:
    found = trip({"a_nested": {"parent": {"a_nested": {"name": "inner"}}}, "nested_by_number": {"-7": {"name": "x"}}})

    assert found["a_nested"]["parent"]["a_nested"]["name"] == "inner"
    assert found["nested_by_number"] == {"-7": {"name": "x", "parent": None}}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_text(trip: Trip, word: str) -> None:
    found = trip({"a_double": word, "a_float": word, "wrapped_float": word, "many_doubles": [word]})

    assert (found["a_double"], found["a_float"], found["wrapped_float"], found["many_doubles"]) == (
        (word,) * 3 + ([word],)
    )


@pytest.mark.parametrize("value", [0.1, 1e-45, 3.4028234663852886e38, 16777216.0, 1 / 3])
def test_a_32_bit_number_is_the_shortest_decimal(trip: Trip, value: float) -> None:
    found = trip({"a_float": value})["a_float"]

    assert struct.pack("f", found) == struct.pack("f", value)
    assert len(repr(found)) <= len(repr(struct.unpack("f", struct.pack("f", value))[0]))


@pytest.mark.parametrize(
    ("given_value", "name", "found"),
    [
        ({"an_int64": "9223372036854775807"}, "an_int64", 2**63 - 1),
        ({"an_int64": 3.0}, "an_int64", 3),
        ({"a_string": 42}, "a_string", "42"),
        ({"aString": "by its JSON name"}, "a_string", "by its JSON name"),
        ({"origin": "by its own JSON name"}, "from", "by its own JSON name"),
        ({"a_colour": 16}, "a_colour", "HEX"),
        ({"a_colour": "CRIMSON"}, "a_colour", "RED"),
        ({"a_double": "1.5e3"}, "a_double", 1500.0),
        ({"a_bytes": "-_8"}, "a_bytes", "+/8="),
        ({"at": "2023-01-01T12:00:00.123456789+02:00"}, "at", "2023-01-01T10:00:00.123456789Z"),
        ({"mask": ["name", "parent.name"]}, "mask", "name,parent.name"),
        ({"nothing": {}}, "nothing", {}),
        ({"many_int64": None}, "many_int64", []),
    ],
)
def test_values_may_be_written_in_other_ways(trip: Trip, given_value: dict[str, Any], name: str, found: Any) -> None:
    assert trip(given_value)[name] == found


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "type.googleapis.com/interlace.test.Shared", "id": "1", "title": "x"},
        {"@type": "type.googleapis.com/google.protobuf.Timestamp", "value": "2023-01-01T10:00:00Z"},
        {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": 2**60},
        {
            "@type": "type.googleapis.com/google.protobuf.Any",
            "value": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s"},
        },
    ],
)
def test_anything_says_what_it_is(trip: Trip, value: dict[str, Any]) -> None:
    assert trip({"anything": value})["anything"] == value
