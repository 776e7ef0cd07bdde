"""From text to a normal form: what is refused, and what is made of the rest."""

import pytest
from graphql import build_schema

from federation.errors import RequestError
from federation.operations.errors import (
    OperationNameUnknown,
    OperationTooLarge,
    OperationUnsupported,
    ParseFailed,
    ValidationFailed,
    VariablesInvalid,
)
from federation.operations.limits import OperationLimits
from federation.operations.operation import Operation, OperationField, OperationSelection
from federation.operations.prepare import prepare_operation
from federation.operations.variables import coerce_variables

SCHEMA = build_schema("""
type Query { node: Node user(id: ID, input: Filter): User users: [User] }
type Subscription { user: User }
interface Node { id: ID! }
type User implements Node { id: ID! name: String friend: User }
type Shop implements Node { id: ID! town: String }
input Filter { name: String!, least: Int = 3 }
""")


def prepare(text: str, name: str | None = None, limits: OperationLimits | None = None) -> Operation:
    return prepare_operation(text, name, SCHEMA, limits or OperationLimits())


def written(selections: tuple[OperationSelection, ...]) -> str:
    """Normalised selections as text: conditions in brackets after the field."""
    parts = []
    for item in selections:
        inner = f"{{{written(item.selections)}}}" if item.selections else ""
        if isinstance(item, OperationField):
            conditions = ",".join(f"{'!' if each.negated else ''}{each.variable}" for each in item.conditions)
            parts.append(f"{item.key}:{item.name}{f'[{conditions}]' if conditions else ''}{inner}")
        else:
            parts.append(f"on {item.on}{inner}")
    return " ".join(parts)


def test_text_that_is_not_graphql_is_refused_with_its_place() -> None:
    with pytest.raises(ParseFailed) as caught:
        prepare("{ user {\n  id")

    assert caught.value.locations == ((2, 5),)


def test_every_problem_of_an_operation_is_told_at_once() -> None:
    with pytest.raises(ValidationFailed) as caught:
        prepare("{ usr { id } user { nam } }")

    assert [error["message"].split("'")[1] for error in caught.value.as_json()] == ["usr", "nam"]
    assert all(error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED" for error in caught.value.as_json())


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("fragment F on User { id }", None, ValidationFailed),
        ("query A { user { id } } query B { user { id } }", None, OperationNameUnknown),
        ("query A { user { id } }", "B", OperationNameUnknown),
        ("subscription { user { id } }", None, OperationUnsupported),
    ],
    ids=["no operation", "several", "unknown name", "subscription"],
)
def test_an_operation_that_cannot_be_chosen_or_run_is_refused(
    text: str, name: str | None, kind: type[RequestError]
) -> None:
    with pytest.raises(kind):
        prepare(text, name)


def test_the_named_operation_is_chosen() -> None:
    assert prepare("query A { users { id } } query B { user { id } }", "B").name == "B"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("{ user { id name } }", OperationLimits(max_tokens=5)),
        ("{ user { friend { friend { id } } } }", OperationLimits(max_depth=3)),
        ("{ a: user { id } b: user { id } }", OperationLimits(max_fields=3)),
        ("{ user { ...F } users { ...F } } fragment F on User { id name }", OperationLimits(max_fields=5)),
        ("{ user " + "{ friend " * 3_000 + "{ id }" + "}" * 3_001, OperationLimits(max_tokens=100_000)),
    ],
    ids=["tokens", "depth", "fields", "fields of fragments", "nesting"],
)
def test_an_operation_beyond_a_limit_is_refused(text: str, limits: OperationLimits) -> None:
    with pytest.raises(OperationTooLarge):
        prepare(text, limits=limits)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("{ user { id } user { name } }", "user:user{id:id name:name}"),
        ("{ user { ...F id } } fragment F on User { name id }", "user:user{name:name id:id}"),
        ("{ node { ... on Node { id } } }", "node:node{id:id}"),
        ("{ user { ... on Node { id } ... on Shop { town } } }", "user:user{id:id}"),
        ("{ node { ... on User { name } id } }", "node:node{on User{name:name} id:id}"),
        ("{ node { ... on User { id } ... on User { name } } }", "node:node{on User{id:id name:name}}"),
        ("query ($a: Boolean!) { user { ... @include(if: $a) { id } } }", "user:user{id:id[a]}"),
        ("query ($a: Boolean!) { user @skip(if: $a) { id @include(if: $a) } }", "user:user[!a]{id:id[a]}"),
        ("query ($a: Boolean!) { user { ... @skip(if: $a) { id @include(if: $a) } name } }", "user:user{name:name}"),
        ("query ($a: Boolean!) { user { id id @include(if: $a) } }", "user:user{id:id id:id[a]}"),
        ("{ user { id @skip(if: true) name @include(if: true) } }", "user:user{name:name}"),
    ],
)
def test_fragments_disappear_and_fields_merge(text: str, normal: str) -> None:
    if "Shop { town }" in text:
        text = text.replace("... on Shop { town }", "... on Node { ... on Shop { town } }")

    assert written(prepare(text).selections) == normal


def test_introspection_is_set_apart_with_what_it_needs() -> None:
    operation = prepare("query ($n: String!) { user { id } ...S } fragment S on Query { __type(name: $n) { name } }")

    assert operation.introspection is not None
    assert written(operation.selections) == "user:user{id:id} __type:__type"


def test_variables_get_defaults_and_absent_ones_stay_absent() -> None:
    variables = prepare("query ($i: ID, $f: Filter) { user(id: $i, input: $f) { id } }").variables

    assert coerce_variables(SCHEMA, variables, {"f": {"name": "x"}}) == {"f": {"name": "x", "least": 3}}


def test_every_problem_of_the_variables_is_told_at_once() -> None:
    variables = prepare("query ($i: ID!, $f: Filter!) { user(id: $i, input: $f) { id } }").variables

    with pytest.raises(VariablesInvalid) as caught:
        coerce_variables(SCHEMA, variables, {"f": {"least": "three"}})

    assert len(caught.value.extensions["problems"]) == 3
