"""What subgraphs answer: right, partly right, and wrong in every way."""

from typing import Any

import orjson
import pytest

from connectors.errors import BadAnswer, BadStatus
from connectors.graphql.read_answer import read_answer
from connectors.http.response import HttpResponse
from connectors.protocol import Answer, AnswerError


def response(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, {}, body if isinstance(body, bytes) else orjson.dumps(body))


def test_data_beside_errors_is_kept() -> None:
    body = {"data": {"a": 1, "b": None}, "errors": [{"message": "no b", "path": ["b"]}]}
    expected = Answer({"a": 1, "b": None}, (AnswerError("SUBGRAPH_ERROR", "no b", ("b",)),))
    assert read_answer(response(body), None) == expected


def test_the_subgraphs_own_code_and_extensions_are_kept_but_no_stack_trace() -> None:
    extensions = {"code": "FORBIDDEN", "scope": "a", "stacktrace": ["x"], "exception": {"stacktrace": ["x"]}}
    answer = read_answer(response({"data": None, "errors": [{"message": "no", "extensions": extensions}]}), None)
    assert answer == Answer(None, (AnswerError("FORBIDDEN", "no", extensions={"code": "FORBIDDEN", "scope": "a"}),))


@pytest.mark.parametrize("extensions", [None, [], {"code": 7}, {"code": ""}, {"code": None}])
def test_a_code_that_is_no_text_is_not_shown_as_ours(extensions: Any) -> None:
    answer = read_answer(response({"errors": [{"message": "no", "extensions": extensions}]}), None)
    assert answer.errors[0].code == "SUBGRAPH_ERROR"


@pytest.mark.parametrize(
    ("given", "entities", "expected"),
    [
        (["users", 0, "name"], None, ("users", 0, "name")),
        (["_entities", 1, "name"], 2, (1, "name")),
        (["_entities", 1], 2, (1,)),
        (["_entities"], 2, ()),
        (["elsewhere", 1], 2, ()),
        (["_entities", "x"], 2, ()),
        (None, None, ()),
        ("users", None, ()),
        (["users", 1.5], None, ()),
        (["users", True], None, ()),
        (["users", {}], None, ()),
    ],
)
def test_paths_lead_into_the_answer_or_mean_the_whole_fetch(given: Any, entities: int | None, expected: Any) -> None:
    answer = read_answer(response({"errors": [{"message": "no", "path": given}]}), entities)
    assert answer.errors[0].path == expected


def test_null_entities_are_fine_where_an_error_says_why() -> None:
    answer = read_answer(response({"data": {"_entities": None}, "errors": [{"message": "no"}]}), 2)
    assert answer == Answer(None, (AnswerError("SUBGRAPH_ERROR", "no"),))


@pytest.mark.parametrize("errors", [[], None])
def test_an_empty_list_of_errors_is_no_error(errors: Any) -> None:
    assert read_answer(response({"data": {"a": 1}, "errors": errors}), None) == Answer({"a": 1})


@pytest.mark.parametrize("status", [400, 401, 500])
def test_graphql_that_comes_with_a_failure_status_is_graphql(status: int) -> None:
    failed = read_answer(response({"errors": [{"message": "no"}]}, status), None)
    assert failed == Answer(None, (AnswerError("SUBGRAPH_ERROR", "no"),))
    assert read_answer(response({"data": {"a": 1}}, status), None) == Answer({"a": 1})


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b'"text"', [], {}, {"data": None}, {"errors": []}, {"errors": {"name": ["is blank"]}},
     {"errors": ["is blank"]}, {"error": "no"}],
)  # fmt: skip
@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_failure_status_is_told_as_such(body: Any, status: int) -> None:
    with pytest.raises(BadStatus, match=f"status {status}") as caught:
        read_answer(response(body, status), None)
    assert caught.value.extensions == {"status": status}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b'{"data": {"a": 1}', "not JSON"),
        (b'{"data": {"a": NaN}}', "not JSON"),
        (b'{"data": "\xff"}', "not JSON"),
        (b"[" * 2000 + b"]" * 2000, "not JSON"),
        (b"null", "is null, not an object"),
        (b"[]", "is a list, not an object"),
        (b"7", "is a number, not an object"),
        ({}, "neither data nor errors"),
        ({"data": None}, "neither data nor errors"),
        ({"data": None, "errors": []}, "neither data nor errors"),
        ({"data": []}, "data is a list, not an object"),
        ({"data": "x"}, "data is a string, not an object"),
        ({"data": {}, "errors": {}}, "not a list of errors"),
        ({"data": {}, "errors": "no"}, "not a list of errors"),
        ({"data": {}, "errors": ["no"]}, "not a list of errors"),
        ({"data": {}, "errors": [{"message": 7}]}, "not a list of errors"),
    ],
)
def test_what_is_no_graphql_response_is_a_bad_answer(body: Any, problem: str) -> None:
    with pytest.raises(BadAnswer, match=problem):
        read_answer(response(body), None)


@pytest.mark.parametrize(
    ("entities", "problem"),
    [
        (None, "entities are null, not a list"),
        ({}, "entities are an object, not a list"),
        ([], "answered 0 entities, and was asked for 2"),
        ([{}], "answered 1 entities, and was asked for 2"),
        ([{}, {}, {}], "answered 3 entities, and was asked for 2"),
        ([{}, []], "not all objects or null"),
        ([{}, "x"], "not all objects or null"),
    ],
)
def test_entities_that_do_not_match_what_was_asked_for_are_a_bad_answer(entities: Any, problem: str) -> None:
    with pytest.raises(BadAnswer, match=problem):
        read_answer(response({"data": {"_entities": entities}}), 2)


def test_data_without_entities_is_a_bad_answer_to_an_entity_fetch() -> None:
    with pytest.raises(BadAnswer, match="entities are null"):
        read_answer(response({"data": {}}), 1)
