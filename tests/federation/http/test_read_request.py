import pytest

from federation.http.read_request import BadHttpRequest, read_get, read_post

POST_JSON = {"content-type": "application/json"}


def refusal(body: bytes, headers: dict[str, str] = POST_JSON) -> BadHttpRequest:
    with pytest.raises(BadHttpRequest) as caught:
        read_post(body, headers)
    return caught.value


def test_a_post_carries_query_operation_name_and_variables() -> None:
    request = read_post(b'{"query":"{a}","operationName":"A","variables":{"x":1},"extensions":null}', POST_JSON)

    assert (request.query, request.operation_name, request.variables) == ("{a}", "A", {"x": 1})
    assert request.may_mutate


def test_a_get_carries_the_same_and_may_not_mutate() -> None:
    request = read_get(b"query=%7Ba%7D&operationName=A&variables=%7B%22x%22%3A1%7D", {})

    assert (request.query, request.operation_name, request.variables) == ("{a}", "A", {"x": 1})
    assert not request.may_mutate


def test_a_hash_or_an_id_may_stand_for_the_query() -> None:
    extensions = b"extensions=%7B%22persistedQuery%22%3A%7B%22sha256Hash%22%3A%22ab%22%7D%7D"

    assert read_get(extensions, {}).extensions == {"persistedQuery": {"sha256Hash": "ab"}}
    assert read_post(b'{"documentId":"a"}', POST_JSON).document_id == "a"


def test_an_id_that_is_no_text_is_refused() -> None:
    assert str(refusal(b'{"documentId":5}')) == "'documentId' must be a string, found a number"


def test_null_parameters_count_as_absent() -> None:
    request = read_post(b'{"query":"{a}","operationName":null,"variables":null}', POST_JSON)

    assert (request.operation_name, request.variables) == (None, {})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b"3", "must be a JSON object"),
        (b"[]", "a list of 0 operations; from 1 to 1 are allowed"),
        (b"{}", "'query' is missing"),
        (b'{"query":null}', "'query' is missing"),
        (b'{"query":3}', "'query' must be a string, found a number"),
        (b'{"query":"{a}","operationName":[]}', "'operationName' must be a string, found a list"),
        (b'{"query":"{a}","variables":"x"}', "'variables' must be an object, found a string"),
        (b'{"query":"{a}","extensions":true}', "'extensions' must be an object, found a boolean"),
    ],
)
def test_a_malformed_post_is_refused_with_400(body: bytes, message: str) -> None:
    error = refusal(body)

    assert error.status == 400
    assert message in str(error)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/graphql"])
def test_only_json_bodies_are_read(content_type: str) -> None:
    assert refusal(b'{"query":"{a}"}', {"content-type": content_type}).status == 415


def test_only_utf8_bodies_are_read() -> None:
    assert refusal(b'{"query":"{a}"}', {"content-type": "application/json; charset=utf-16"}).status == 415


@pytest.mark.parametrize("query", [b"", b"variables=%7B", b"query=%ff", b"query=a&variables=3"])
def test_a_malformed_get_is_refused_with_400(query: bytes) -> None:
    with pytest.raises(BadHttpRequest) as caught:
        read_get(query, {})
    assert caught.value.status == 400


def test_an_empty_query_is_a_query() -> None:
    assert read_get(b"query=", {}).query == ""
