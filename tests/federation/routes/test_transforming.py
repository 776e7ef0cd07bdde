"""A v1 route or graph over a v2 service: bodies are changed on their way, in both directions."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.errors import ConfigurationError
from tests.federation.routes.routed_gateway import Noting, code, reply, routed

VERSIONS = """
def shout(value):
    return {**value, "full_name": value["full_name"].upper()}

def fail(value):
    raise RuntimeError("secret")
"""


@pytest.fixture(autouse=True)
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "team_versions.py").write_text(VERSIONS)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("team_versions", None)


def route(transform: str, more: str = "") -> str:
    return (
        "- {path: /v1/users/*, service: users, rewrite: /v2/users/*, public: true, methods: [GET, POST],"
        f" transform: {transform}{more}}}"
    )


def second_version(answer: Any = None, status: int = 200, **headers: str) -> Noting:
    """A service that knows `full_name` alone, and answers with what it got unless it is said otherwise."""

    async def answers(asked: dict[str, Any], send: Any) -> None:
        body = orjson.loads(asked["body"]) if asked["body"] else {"id": "7", "full_name": "Ada", "email": None}
        await reply(send, body if answer is None else answer, status, **headers)

    return Noting(answers=answers)


async def test_a_renaming_leads_there_and_back(tmp_path: Path) -> None:
    service = second_version()
    async with routed(tmp_path, service, route("{rename: {name: full_name}}")) as gateway:
        response = await gateway.http.post("/v1/users/7", json={"name": "Ada", "id": "7"})

    assert orjson.loads(service.asked[0]["body"]) == {"full_name": "Ada", "id": "7"}
    assert response.json() == {"name": "Ada", "id": "7"}


async def test_the_mapping_language_says_what_becomes_of_a_body(tmp_path: Path) -> None:
    mapping = "{request: 'full_name: name', answer: 'id name: full_name'}"
    service = second_version()
    async with routed(tmp_path, service, route(mapping)) as gateway:
        response = await gateway.http.get("/v1/users/7")
        await gateway.http.post("/v1/users", json={"name": "Ada", "other": 1})

    assert response.json() == {"id": "7", "name": "Ada"}
    assert orjson.loads(service.asked[1]["body"]) == {"full_name": "Ada"}


async def test_a_function_of_the_team_does_what_no_mapping_can(tmp_path: Path) -> None:
    transform = "{rename: {name: full_name}, answer: {python: 'team_versions:shout'}}"
    async with routed(tmp_path, second_version(), route(transform)) as gateway:
        response = await gateway.http.get("/v1/users/7")

    assert response.json() == {"id": "7", "name": "ADA", "email": None}


async def test_an_answer_that_is_changed_has_neither_the_coding_nor_the_tag_of_the_old_one(tmp_path: Path) -> None:
    service = second_version(etag='"v2"')
    async with routed(tmp_path, service, route("{rename: {name: full_name}}")) as gateway:
        response = await gateway.http.get("/v1/users/7", headers={"range": "bytes=0-1"})

    assert (service.headers["accept-encoding"], "range" in service.headers) == ("identity", False)
    assert "etag" not in response.headers


async def test_answers_that_mean_failure_are_left_as_they_are(tmp_path: Path) -> None:
    service = second_version({"full_name": "is missing"}, 422)
    async with routed(tmp_path, service, route("{rename: {name: full_name}}")) as gateway:
        response = await gateway.http.get("/v1/users/7")

    assert (response.status_code, response.json()) == (422, {"full_name": "is missing"})


async def test_a_body_that_is_not_json_cannot_be_changed(tmp_path: Path) -> None:
    service = second_version(b"<xml/>")
    async with routed(tmp_path, service, route("{rename: {name: full_name}}")) as gateway:
        sent = await gateway.http.post("/v1/users", content=b"<xml/>")
        got = await gateway.http.get("/v1/users/7")

    assert code(sent) == (400, "BAD_REQUEST")
    assert code(got) == (502, "TRANSFORM_FAILED")
    assert len(service.asked) == 1


async def test_a_function_that_fails_is_masked(tmp_path: Path) -> None:
    transform = "{answer: {python: 'team_versions:fail'}}"
    async with routed(tmp_path, second_version(), route(transform)) as gateway:
        response = await gateway.http.get("/v1/users/7")

    assert code(response) == (502, "TRANSFORM_FAILED")
    assert "secret" not in response.text


async def test_bodies_that_are_changed_are_bounded_since_they_cannot_stream(tmp_path: Path) -> None:
    big = {"full_name": "x" * 200_000}
    bounds = ", max_answer_size: 100KB, max_request_size: 100KB"
    async with routed(tmp_path, second_version(big), route("{rename: {name: full_name}}", bounds)) as gateway:
        got = await gateway.http.get("/v1/users/7")
        sent = await gateway.http.post("/v1/users", json=big)

    assert code(got) == (502, "UPSTREAM_TOO_LARGE")
    assert code(sent) == (413, "REQUEST_TOO_LARGE")


async def test_long_bodies_within_the_bounds_are_changed_as_a_whole(tmp_path: Path) -> None:
    big = {"full_name": "x" * 200_000}
    bounds = ", max_answer_size: 1MB, max_request_size: 1MB"
    async with routed(tmp_path, second_version(big), route("{rename: {name: full_name}}", bounds)) as gateway:
        got = await gateway.http.get("/v1/users/7")

    assert got.json() == {"name": "x" * 200_000}


async def test_a_graph_that_was_bound_to_v1_goes_on_over_v2(tmp_path: Path) -> None:
    service = second_version()
    v2 = "services: {users: {endpoints: [ENDPOINT], transform: {rename: {name: full_name}}}}"
    add = 'mutation { addUser(input: {name: "Bob"}) { name } }'
    async with routed(tmp_path, service, route("{rename: {name: full_name}}"), v2) as gateway:
        read = await gateway.http.post("/graphql", json={"query": '{ user(id: "7") { id name } }'})
        await gateway.http.post("/graphql", json={"query": add})

    assert read.json() == {"data": {"user": {"id": "7", "name": "Ada"}}}
    assert orjson.loads(service.asked[1]["body"])["full_name"] == "Bob"


async def test_a_service_whose_answer_cannot_be_changed_is_an_error_at_its_field(tmp_path: Path) -> None:
    v2 = "services: {users: {endpoints: [ENDPOINT], transform: {answer: {python: 'team_versions:fail'}}}}"
    async with routed(tmp_path, second_version(), route("{}"), v2) as gateway:
        response = await gateway.http.post("/graphql", json={"query": '{ user(id: "7") { name } }'})

    (error,) = response.json()["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("TRANSFORM_FAILED", ["user"])
    assert "secret" not in response.text


async def test_everything_that_is_wrong_with_transformations_is_said_at_once(tmp_path: Path) -> None:
    wrong = "{rename: {a: c, b: c}, request: 'a {', answer: {python: 'team_versions:none'}}"
    with pytest.raises(ExceptionGroup) as caught:
        async with routed(tmp_path, Noting(), route(wrong)):
            pass

    (error,) = caught.value.exceptions
    assert isinstance(error, ConfigurationError)
    assert [problem.split(": ")[1] for problem in error.problems] == [
        "routes.0.transform.rename",
        "routes.0.transform.request",
        "routes.0.transform.answer",
    ]
