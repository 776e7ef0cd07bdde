"""Stored operations of the graph as REST endpoints: their parameters, answers, statuses and rules."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.errors import ConfigurationError
from tests.federation.routes.callers import ADA, AUTHENTICATION, BOB, by
from tests.federation.routes.routed_gateway import Noting, code, reply, routed

ADA_USER = {"id": "7", "name": "Ada", "email": None, "theme": "DARK"}
PROFILE = "- {path: '/api/user-profile/{id}', query: 'query Profile($id: ID!) { user(id: $id) { id name theme } }'}"
USERS = """\
- path: /api/users
  query: |
    query Users($first: Int!, $themes: [Theme!], $after: BigInt, $exact: Boolean = false) {
      users(first: $first, themes: $themes, after: $after, exact: $exact) { name }
    }
  answer: $.users.name
"""
ADD = """\
- path: /api/users
  methods: POST
  query: 'mutation Add($input: NewUser!) { addUser(input: $input) { id name } }'
  answer: $.addUser
  body: input
"""


def service(answer: Any = None, status: int = 200, **headers: str) -> Noting:
    async def answers(asked: Mapping[str, Any], send: Any) -> None:
        if answer is not None or status != 200:
            await reply(send, answer, status, **headers)
        elif asked["method"] == "POST":
            await reply(send, {"id": "8", **orjson.loads(asked["body"])})
        elif asked["path"] == "/users":
            await reply(send, {"users": [ADA_USER, {**ADA_USER, "name": "Bob"}]})
        else:
            await reply(send, ADA_USER)

    return Noting(answers=answers)


async def test_a_path_runs_its_operation_and_answers_with_plain_data(tmp_path: Path) -> None:
    upstream = service()
    async with routed(tmp_path, upstream, PROFILE) as gateway:
        response = await gateway.http.get("/api/user-profile/7")

    assert response.json() == {"user": {"id": "7", "name": "Ada", "theme": "DARK"}}
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert upstream.asked[0]["path"] == "/users/7"


async def test_an_operation_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "profile.graphql").write_text("query($id: ID!) { user(id: $id) { name } }")
    async with routed(tmp_path, service(), "- {path: '/u/{id}', operation: profile.graphql}") as gateway:
        response = await gateway.http.get("/u/7")

    assert response.json() == {"user": {"name": "Ada"}}


async def test_a_trusted_document_may_be_run_and_so_may_texts_of_routes_where_nothing_else_may(tmp_path: Path) -> None:
    (tmp_path / "trusted.json").write_bytes(orjson.dumps({"one": 'query { user(id: "7") { name } }'}))
    only = "persisted_operations: {trusted: trusted.json, only: true}"
    async with routed(tmp_path, service(), f"- {{path: /one, document: one}}\n{PROFILE}", only) as gateway:
        registered, own = await gateway.http.get("/one"), await gateway.http.get("/api/user-profile/7")

    assert (registered.status_code, own.status_code) == (200, 200)


async def test_the_mapping_language_shapes_the_answer(tmp_path: Path) -> None:
    async with routed(tmp_path, service(), PROFILE[:-1] + ", answer: '$.user { key: id called: name }'}") as gateway:
        response = await gateway.http.get("/api/user-profile/7")

    assert response.json() == {"key": "7", "called": "Ada"}


async def test_parameters_of_the_query_have_the_types_of_their_variables(tmp_path: Path) -> None:
    upstream = service()
    async with routed(tmp_path, upstream, USERS) as gateway:
        response = await gateway.http.get(
            "/api/users?first=2&themes=DARK&themes=LIGHT&after=9007199254740993&exact=true"
        )

    assert response.json() == ["Ada", "Bob"]
    assert upstream.asked[0]["query"] == "first=2&t=DARK%2CLIGHT&after=9007199254740993&exact=true"


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ("", ["'first' is missing"]),
        ("first=", ["'first' must be a whole number, found ''"]),
        ("first=2.5", ["'first' must be a whole number, found '2.5'"]),
        ("first=1&first=2", ["'first' stands 2 times, and can have one value"]),
        ("first=1&exact=yes", ["'exact' must be true or false, found 'yes'"]),
        ("first=1&themes=RED", ["'themes' must be one of LIGHT, DARK, found 'RED'"]),
        (
            "frist=1&exact=1",
            [
                "there is no parameter 'frist' in the query; known are: first, themes, after, exact",
                "'exact' must be true or false, found '1'",
                "'first' is missing",
            ],
        ),
        (
            "first=99999999999",
            ["Variable '$first' has invalid value: Int cannot represent non 32-bit"],
        ),
    ],
)
async def test_everything_that_is_wrong_with_parameters_is_said_at_once(
    tmp_path: Path, query: str, problems: list[str]
) -> None:
    upstream = service()
    async with routed(tmp_path, upstream, USERS) as gateway:
        response = await gateway.http.get(f"/api/users?{query}")

    assert code(response) == (400, "VARIABLES_INVALID")
    told = response.json()["problems"]
    assert len(told) == len(problems)
    assert all(each.startswith(problem) for each, problem in zip(told, problems, strict=True))
    assert upstream.asked == []


async def test_a_body_gives_the_variable_that_it_stands_for(tmp_path: Path) -> None:
    upstream = service()
    async with routed(tmp_path, upstream, ADD) as gateway:
        response = await gateway.http.post("/api/users", json={"name": "Bob", "tags": ["a"]})

    assert response.json() == {"id": "8", "name": "Bob"}
    assert orjson.loads(upstream.asked[0]["body"]) == {"name": "Bob", "theme": "LIGHT", "tags": ["a"]}


async def test_members_of_a_body_are_variables_where_none_stands_for_all_of_it(tmp_path: Path) -> None:
    async with routed(tmp_path, service(), ADD.replace("  body: input\n", "")) as gateway:
        response = await gateway.http.post("/api/users", json={"input": {"name": "Bob"}})
        unknown = await gateway.http.post("/api/users", json={"input": {"name": "Bob"}, "other": 1})

    assert response.json() == {"id": "8", "name": "Bob"}
    assert unknown.json()["problems"] == ["there is no parameter 'other' in the body; known are: input"]


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"{", "application/json", (400, "BAD_REQUEST")),
        (b"a=b", "application/x-www-form-urlencoded", (415, "UNSUPPORTED_MEDIA_TYPE")),
        (b"", "application/json", (400, "VARIABLES_INVALID")),
        (b'{"name": 1}', "application/json", (400, "VARIABLES_INVALID")),
        (b'"' + b"x" * 200_000 + b'"', "application/json", (413, "REQUEST_TOO_LARGE")),
    ],
)
async def test_a_body_that_is_none_is_refused(
    tmp_path: Path, content: bytes, kind: str, expected: tuple[int, str]
) -> None:
    upstream = service()
    async with routed(tmp_path, upstream, ADD) as gateway:
        response = await gateway.http.post("/api/users", content=content, headers={"content-type": kind})

    assert code(response) == expected
    assert upstream.asked == []


async def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    async with routed(tmp_path, service({}, 404), PROFILE) as gateway:
        response = await gateway.http.get("/api/user-profile/7")

    assert code(response) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("status", "expected"), [(500, (502, "UPSTREAM_ERROR")), (403, (502, "UPSTREAM_ERROR"))])
async def test_what_a_service_is_to_blame_for_is_a_bad_gateway(
    tmp_path: Path, status: int, expected: tuple[int, str]
) -> None:
    async with routed(tmp_path, service({}, status), PROFILE) as gateway:
        response = await gateway.http.get("/api/user-profile/7")

    assert code(response) == expected
    assert response.json()["errors"][0]["path"] == ["user"]
    assert response.headers["cache-control"] == "no-store"


async def test_a_service_that_is_away_is_one_to_ask_again(tmp_path: Path) -> None:
    async with routed(tmp_path, "http://127.0.0.1:9", PROFILE) as gateway:
        response = await gateway.http.get("/api/user-profile/7")

    assert code(response) == (503, "UPSTREAM_CONNECT")
    assert response.headers["retry-after"] == "1"


TWO = "query Two { one: user(id: 1) { name } two: user(id: 2) { name } }"


async def half(asked: Mapping[str, Any], send: Any) -> None:
    await reply(send, ADA_USER, 500 if asked["path"].endswith("2") else 200)


async def test_half_an_answer_is_none_unless_the_route_takes_it(tmp_path: Path) -> None:
    routes = f"- {{path: /whole, query: '{TWO}'}}\n- {{path: /partial, query: '{TWO}', partial: true}}"
    async with routed(tmp_path, Noting(answers=half), routes) as gateway:
        whole, partial = await gateway.http.get("/whole"), await gateway.http.get("/partial")

    assert code(whole) == (502, "UPSTREAM_ERROR")
    assert partial.json() == {"one": {"name": "Ada"}, "two": None}
    assert partial.headers["interlace-errors"] == "UPSTREAM_ERROR"
    assert "etag" not in partial.headers


async def test_a_mutation_that_gives_nothing_is_no_missing_page(tmp_path: Path) -> None:
    async with routed(tmp_path, service(b""), ADD) as gateway:
        response = await gateway.http.post("/api/users", json={"name": "Bob"})

    assert (response.status_code, response.json()) == (200, None)


async def test_an_answer_that_the_client_has_is_not_sent_again(tmp_path: Path) -> None:
    async with routed(tmp_path, service(), PROFILE) as gateway:
        first = await gateway.http.get("/api/user-profile/7")
        again = await gateway.http.get("/api/user-profile/7", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


async def test_the_cache_of_the_graph_says_how_long_an_answer_holds(tmp_path: Path) -> None:
    kept = "policies: {'Query.user': {public: true, cache: {ttl: 60s, scope: public}}}"
    upstream = service()
    async with routed(tmp_path, upstream, PROFILE, kept) as gateway:
        await gateway.http.get("/api/user-profile/7")
        response = await gateway.http.get("/api/user-profile/7")

    assert response.headers["cache-control"].startswith("public, max-age=")
    assert len(upstream.asked) == 1


async def test_policies_of_fields_hold_here_too(tmp_path: Path) -> None:
    guarded = AUTHENTICATION + "policies: {'Query.user': {roles: [admin]}}"
    async with routed(tmp_path, service(), PROFILE, guarded) as gateway:
        stranger = await gateway.http.get("/api/user-profile/7")
        refused = await gateway.http.get("/api/user-profile/7", headers=by(BOB))
        let_in = await gateway.http.get("/api/user-profile/7", headers=by(ADA))

    assert (code(stranger), code(refused)) == ((401, "UNAUTHENTICATED"), (403, "FORBIDDEN"))
    assert let_in.status_code == 200


async def test_a_route_may_ask_for_more_than_its_fields(tmp_path: Path) -> None:
    guarded = PROFILE[:-1] + ", roles: [admin], rate_limit: 1/hour}"
    async with routed(tmp_path, service(), guarded, AUTHENTICATION) as gateway:
        refused = await gateway.http.get("/api/user-profile/7", headers=by(BOB))
        first, second = [await gateway.http.get("/api/user-profile/7", headers=by(ADA)) for _ in range(2)]

    assert (code(refused), first.status_code) == ((403, "FORBIDDEN"), 200)
    assert code(second) == (429, "RATE_LIMITED")
    assert int(second.headers["retry-after"]) > 60


async def test_limits_of_fields_say_when_to_ask_again(tmp_path: Path) -> None:
    limited = "policies: {'Query.user': {rate_limit: 1/hour}}"
    async with routed(tmp_path, service(), PROFILE, limited) as gateway:
        await gateway.http.get("/api/user-profile/7")
        response = await gateway.http.get("/api/user-profile/7")

    assert code(response) == (429, "RATE_LIMITED")
    assert int(response.headers["retry-after"]) > 60


async def test_head_is_answered_as_get_without_its_body(tmp_path: Path) -> None:
    async with routed(tmp_path, service(), PROFILE) as gateway:
        response = await gateway.http.head("/api/user-profile/7")

    assert (response.status_code, response.content) == (200, b"")


async def test_everything_that_is_wrong_with_operations_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "wrong.graphql").write_text("query {\n  nobody { id }\n  user { id }\n}\n")
    routes = """\
- {path: /a, operation: wrong.graphql}
- {path: /b, query: 'mutation($input: NewUser!) { addUser(input: $input) { id } }'}
- {path: '/c/{name}', query: 'query($id: ID!) { user(id: $id) { id } }', answer: 'id {', body: other}
- {path: /d, document: none}
- {path: /e, query: '{', methods: POST}
- {path: /f, service: none, public: true}
"""
    with pytest.raises(ExceptionGroup) as caught:
        async with routed(tmp_path, service(), routes):
            pass

    (error,) = caught.value.exceptions
    assert isinstance(error, ConfigurationError)
    told = [re.sub(r"interlace\.yaml:\d+: ", "", problem.removeprefix(f"{tmp_path}/")) for problem in error.problems]
    expected = [
        "wrong.graphql:2:3: Cannot query field 'nobody'",
        "wrong.graphql:3:3: ",
        "routes.1: a mutation must not be run by GET",
        "routes.1: $input is of type NewUser!, which a query cannot give",
        "routes.1: a mutation must not be run by HEAD",
        "routes.1: $input is of type NewUser!",
        "routes.2.answer: line 1, column",
        "routes.2: the operation has no variable $name, which the path has",
        "routes.2: the operation has no variable $other to be the body",
        "routes.3.document: there is no trusted document 'none'",
        "routes.4.query:1:2: Syntax Error",
        "routes.5.service: there is no service 'none'; known are: users",
    ]
    missing = [each for each in expected if not any(problem.startswith(each) for problem in told)]
    assert missing == []
