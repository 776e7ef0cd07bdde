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


FEDERATION = '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])'
QUERY = f"extend schema {FEDERATION} type Query {{ a: A }}"


@pytest.mark.parametrize(
    ("sdl", "code"),
    [
        ('extend schema @link(url: "http://[") type Query { a: Int }', "INVALID_LINK_IDENTIFIER"),
        (f'extend schema @link(url: "http://a/b/v{"9" * 5_000}.0") type Query {{ a: Int }}', "INVALID_LINK_IDENTIFIER"),
        (f"type Query {{ a(x: Int = {'9' * 5_000}): Int }}", "INVALID_GRAPHQL"),
        ("type Query { a(x: Float = 1e999): Int }", "INVALID_GRAPHQL"),
        (f"type Query {{ a: {'[' * 5_000}Int{']' * 5_000} }}", "INVALID_GRAPHQL"),
        (f"type Query {{ a(x: Int = {'[' * 5_000}{']' * 5_000}): Int }}", "INVALID_GRAPHQL"),
        (f'{QUERY} type A @key(fields: "{"a {" * 3_000}{"}" * 3_000}") {{ a: A }}', "KEY_INVALID_FIELDS"),
        ("type Query { a(x: Query = 1): Int }", "INVALID_GRAPHQL"),
    ],
    ids=["url", "version", "integer", "float", "type", "value", "key", "object"],
)
def test_hostile_sdl_is_refused_like_any_other(sdl: str, code: str) -> None:
    answer = json.loads(compose_line(json.dumps({"services": [{"name": "a", "sdl": sdl}]})))

    assert {error["code"] for error in answer["errors"]} == {code}


def requiring(number: int) -> str:
    """A subgraph whose field requires the fields of all those before it."""
    others = [f"r{each}" for each in range(number)]
    external = " ".join(f"{name}: Int @external" for name in others)
    requires = f'@requires(fields: "{" ".join(others)}")' if others else ""
    return (
        f"extend schema {FEDERATION} type Query {{ q{number}: T }} "
        f'type T @key(fields: "id") {{ id: ID {external} r{number}: Int {requires} }}'
    )


def test_requirements_of_requirements_are_followed_once() -> None:
    services = [{"name": f"s{number}", "sdl": requiring(number)} for number in range(15)]

    # Followed anew by every field that requires them, they would be more steps than are allowed.
    assert json.loads(compose_line(json.dumps({"services": services})))["errors"] is None
