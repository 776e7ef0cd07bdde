"""Answers with objects that stand at several places, as JSON."""

import json

import orjson

from federation.execution.compile import ExecutionResult
from federation.execution.encode import encode
from federation.execution.failures import Failures
from federation.execution.repeated import Repeated


def test_a_repeated_object_has_the_text_that_it_has_at_its_first_place() -> None:
    inner = {"name": 'Zoë " \\ \n', "size": 1.5}
    outer = {"inner": inner, "again": Repeated(inner)}
    data = {"list": [outer, Repeated(outer), Repeated(outer)]}

    plain = {"inner": inner, "again": inner}
    assert encode(ExecutionResult(data, Failures())) == orjson.dumps({"data": {"list": [plain] * 3}})


def test_numbers_beyond_64_bits_are_repeated_too() -> None:
    big = {"number": 1 << 70}

    text = encode(ExecutionResult({"first": big, "second": Repeated(big)}, Failures()))

    assert json.loads(text) == {"data": {"first": big, "second": big}}
