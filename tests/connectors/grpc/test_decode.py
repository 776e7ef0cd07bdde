"""Messages that protobuf can read and JSON cannot hold, and those of older languages."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message_factory import GetMessageClass

from connectors.grpc.decode import Decoders
from connectors.grpc.decode_well_known import DecodeFailed
from connectors.grpc.types import GrpcTypes

Make = Callable[[str], Any]


@pytest.fixture
def make(types: GrpcTypes) -> Make:
    return lambda name: GetMessageClass(types.pool.FindMessageTypeByName(f"interlace.test.{name}"))()


def decode(types: GrpcTypes, message: Any) -> Any:
    return Decoders(types.pool).decoder(message.DESCRIPTOR)(message)


def test_an_unset_field_of_proto2_is_its_declared_default_or_null(types: GrpcTypes, make: Make) -> None:
    assert decode(types, make("Older")) == {
        "name": None,
        "size": 7,
        "level": "HIGH",
        "open": None,
        "greeting": 'say "hi"\n',
        "raw": "Af8=",
        "ratio": "-Infinity",
        "packed": [],
        "part": None,
    }


def test_a_group_is_an_object(types: GrpcTypes, make: Make) -> None:
    message = make("Older")
    message.part.label = "x"

    assert decode(types, message)["part"] == {"label": "x"}


@pytest.mark.parametrize(("seconds", "nanos"), [(2**62, 0), (-62_135_596_801, 0), (0, -1), (0, 1_000_000_000)])
def test_a_moment_outside_the_calendar_is_refused(types: GrpcTypes, make: Make, seconds: int, nanos: int) -> None:
    message = make("Everything")
    message.at.seconds, message.at.nanos = seconds, nanos

    with pytest.raises(DecodeFailed, match="are not a moment of the years 1 to 9999"):
        decode(types, message)


def test_a_span_of_two_signs_is_refused(types: GrpcTypes, make: Make) -> None:
    message = make("Everything")
    message.lasts.seconds, message.lasts.nanos = 1, -1

    with pytest.raises(DecodeFailed, match="are not a span"):
        decode(types, message)


def test_anything_of_an_unknown_type_keeps_its_bytes(types: GrpcTypes, make: Make) -> None:
    message = make("Everything")
    message.anything.type_url, message.anything.value = "example.com/gone.Type", b"\x01"

    assert decode(types, message)["anything"] == {"@type": "example.com/gone.Type", "value": "AQ=="}


def test_anything_that_is_not_what_it_says_is_refused(types: GrpcTypes, make: Make) -> None:
    message = make("Everything")
    message.anything.type_url, message.anything.value = "x/interlace.test.Shared", b"\xff"

    with pytest.raises(DecodeFailed, match=r"does not hold a interlace\.test\.Shared"):
        decode(types, message)


def test_anything_is_not_unpacked_without_end(types: GrpcTypes, make: Make) -> None:
    inner = AnyMessage()
    for _ in range(40):
        inner = AnyMessage(type_url="x/google.protobuf.Any", value=inner.SerializeToString())
    message = make("Everything")
    message.anything.ParseFromString(inner.SerializeToString())

    with pytest.raises(DecodeFailed, match="nested more than 16 deep"):
        decode(types, message)


def test_a_null_in_a_free_value_is_null(types: GrpcTypes, make: Make) -> None:
    message = make("Everything")
    message.some_object.update({"a": None, "b": [1.0, 2.5, float("nan")]})

    assert decode(types, message)["some_object"] == {"a": None, "b": [1, 2.5, "NaN"]}
