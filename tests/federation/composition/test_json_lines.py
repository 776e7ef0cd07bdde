"""Compositions as lines of JSON."""

import json

import pytest

from federation.composition.json_lines import LineInvalid, compose_line


def test_a_line_of_services_gives_both_schemas() -> None:
    line = json.dumps({"services": [{"name": "a", "url": "http://a.example", "sdl": "type Query { x: Int }"}]})

    answer = json.loads(compose_line(line))

    assert answer["errors"] is None
    assert '@join__graph(name: "a", url: "http://a.example")' in answer["supergraphSdl"]
    assert answer["publicSdl"] == "type Query {\n  x: Int\n}\n"


def test_a_line_that_does_not_compose_gives_errors_only() -> None:
    line = json.dumps({"services": [{"name": "a", "sdl": "type Query {"}]})

    answer = json.loads(compose_line(line))

    assert answer["supergraphSdl"] is None
    assert answer["publicSdl"] is None
    assert [error["code"] for error in answer["errors"]] == ["INVALID_GRAPHQL"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "expected an object in JSON"),
        ("[]", '"services", a list'),
        ('{"services": [{"name": "a"}]}', '"name" and "sdl"'),
        ('{"services": [{"name": 1, "sdl": ""}]}', '"name" must be a string'),
    ],
)
def test_a_line_of_another_shape_is_refused(line: str, message: str) -> None:
    with pytest.raises(LineInvalid, match=message):
        compose_line(line)
