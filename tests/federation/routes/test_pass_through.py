"""A request that is passed on to a service, and the answer that comes back."""

from pathlib import Path

import pytest

from tests.federation.routes.routed_gateway import Noting, code, reply, routed

USERS = "- {path: /api/users/*, service: users, rewrite: /users/*, public: true, methods: [GET, POST, PUT]}"


async def test_path_query_body_and_answer_pass_as_they_are(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, USERS) as gateway:
        response = await gateway.http.post("/api/users/7/orders?a=1&a=%20&b", content=b'{"x": 1}')

    asked = response.json()
    assert (asked["method"], asked["path"], asked["query"]) == ("POST", "/users/7/orders", "a=1&a=%20&b")
    assert asked["body"] == '{"x": 1}'


async def test_graphql_is_answered_beside_routes(tmp_path: Path) -> None:
    async with routed(
        tmp_path, Noting(answers=lambda _asked, send: reply(send, {"id": "7", "name": "Ada"})), USERS
    ) as gateway:
        response = await gateway.http.post("/graphql", json={"query": '{ user(id: "7") { name } }'})

    assert response.json() == {"data": {"user": {"name": "Ada"}}}


async def test_a_path_without_a_route_is_not_found(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), USERS) as gateway:
        response = await gateway.http.get("/api/orders")

    assert code(response) == (404, "NOT_FOUND")


async def test_a_method_that_no_route_has_is_refused_with_those_that_are(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, USERS) as gateway:
        response = await gateway.http.delete("/api/users/7")

    assert code(response) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, HEAD, POST, PUT, OPTIONS"
    assert service.asked == []


async def test_without_a_word_of_methods_only_those_that_change_nothing_pass(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), "- {path: /u, service: users, public: true}") as gateway:
        got, posted = await gateway.http.get("/u"), await gateway.http.post("/u")

    assert got.status_code == 200
    assert code(posted) == (405, "METHOD_NOT_ALLOWED")


async def test_options_are_answered_with_the_methods_and_nothing_is_asked(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, USERS) as gateway:
        response = await gateway.http.options("/api/users/7")

    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, POST, PUT, OPTIONS")
    assert service.asked == []


async def test_a_listed_origin_may_ask_by_the_methods_of_the_route(tmp_path: Path) -> None:
    cors = "server: {cors_origins: ['https://shop.example']}"
    asking = {"origin": "https://shop.example", "access-control-request-method": "PUT"}
    own = Noting(answers=lambda _asked, send: reply(send, 1, access_control_allow_origin="*"))
    async with routed(tmp_path, own, USERS, cors) as gateway:
        preflight = await gateway.http.options("/api/users/7", headers=asking)
        response = await gateway.http.put("/api/users/7", headers={"origin": "https://shop.example"})

    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, POST, PUT, OPTIONS"
    assert response.headers.get_list("access-control-allow-origin") == ["https://shop.example"]


async def test_head_has_the_length_of_what_is_not_sent(tmp_path: Path) -> None:
    async def answers(_asked: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"123")]})
        await send({"type": "http.response.body", "body": b""})

    async with routed(tmp_path, Noting(answers=answers), USERS) as gateway:
        response = await gateway.http.head("/api/users/7")

    assert (response.status_code, response.headers["content-length"], response.content) == (200, "123", b"")


@pytest.mark.parametrize("status", [201, 204, 304, 404, 422])
async def test_what_is_no_failure_passes_with_its_status(tmp_path: Path, status: int) -> None:
    service = Noting(answers=lambda _asked, send: reply(send, b"" if status in {204, 304} else b"as it is", status))
    async with routed(tmp_path, service, USERS) as gateway:
        response = await gateway.http.get("/api/users/7")

    assert (response.status_code, response.content) == (status, b"" if status in {204, 304} else b"as it is")


async def test_what_a_failing_service_says_is_not_for_clients(tmp_path: Path) -> None:
    service = Noting(answers=lambda _asked, send: reply(send, b"Traceback: secret", 500))
    async with routed(tmp_path, service, USERS) as gateway:
        response = await gateway.http.get("/api/users/7")

    assert code(response) == (500, "UPSTREAM_ERROR")
    assert response.json()["service"] == "users"
    assert "secret" not in response.text


async def test_what_a_failing_service_says_passes_where_that_is_wished(tmp_path: Path) -> None:
    service = Noting(answers=lambda _asked, send: reply(send, b"hello", 503))
    wish = "services: {users: {endpoints: [ENDPOINT], expose_errors: true, retries: {max_attempts: 1}}}"
    async with routed(tmp_path, service, USERS, wish) as gateway:
        response = await gateway.http.get("/api/users/7")

    assert (response.status_code, response.content) == (503, b"hello")


async def test_a_service_that_is_away_is_named_and_its_address_is_not(tmp_path: Path) -> None:
    async with routed(tmp_path, "http://127.0.0.1:9", USERS) as gateway:
        response = await gateway.http.get("/api/users/7")

    assert code(response) == (503, "UPSTREAM_CONNECT")
    assert response.json()["service"] == "users"
    assert response.headers["retry-after"] == "1"
    assert "127.0.0.1" not in response.text


async def test_a_get_is_asked_again_and_a_post_is_not(tmp_path: Path) -> None:
    async def answers(asked: dict[str, str], send: object) -> None:
        await reply(send, asked, 503 if len(service.asked) % 2 else 200)

    service = Noting(answers=answers)
    async with routed(tmp_path, service, USERS) as gateway:
        got = await gateway.http.get("/api/users/7")
        posted = await gateway.http.post("/api/users", content=b"{}")
        keyed = await gateway.http.post("/api/users", content=b"{}", headers={"idempotency-key": "1"})

    assert (got.status_code, posted.status_code, keyed.status_code) == (200, 503, 200)
    assert [asked["method"] for asked in service.asked] == ["GET", "GET", "POST", "POST"]


async def test_where_something_is_to_be_found_is_said_in_paths_of_the_gateway(tmp_path: Path) -> None:
    async def answers(asked: dict[str, object], send: object) -> None:
        host = dict(asked["headers"])["host"]
        await reply(send, b"", 302, location=f"http://{host}/users/8?x=1")

    async with routed(tmp_path, Noting(answers=answers), USERS) as gateway:
        response = await gateway.http.get("/api/users/7")

    assert response.headers["location"] == "/api/users/8?x=1"


async def test_a_body_larger_than_the_route_takes_is_refused(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, USERS[:-1] + ", max_request_size: 10B}") as gateway:
        response = await gateway.http.post("/api/users", content=b"x" * 11)

    assert code(response) == (413, "REQUEST_TOO_LARGE")
    assert service.asked == []


async def test_an_answer_larger_than_the_route_takes_is_refused(tmp_path: Path) -> None:
    service = Noting(answers=lambda _asked, send: reply(send, b"x" * 11))
    async with routed(tmp_path, service, USERS[:-1] + ", max_answer_size: 10B}") as gateway:
        response = await gateway.http.get("/api/users/7")

    assert code(response) == (502, "UPSTREAM_TOO_LARGE")


async def test_parameters_go_where_the_rewriting_puts_them(tmp_path: Path) -> None:
    service = Noting()
    route = "- {path: '/api/{kind}/{id}', service: users, rewrite: '/v1/{id}/of/{kind}', public: true}"
    async with routed(tmp_path, service, route) as gateway:
        await gateway.http.get("/api/k%C3%A4se/a%20b")

    assert service.asked[0]["path"] == "/v1/a%20b/of/k%C3%A4se"
