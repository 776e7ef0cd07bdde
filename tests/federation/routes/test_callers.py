"""Who may take a route, how often, and what the service learns of who asks."""

from pathlib import Path

from tests.federation.routes.callers import ADA, AUTHENTICATION, BOB, by
from tests.federation.routes.routed_gateway import Noting, code, routed

TOLD = "services: {users: {endpoints: [ENDPOINT], identity: {headers: {x-user-id: $claims.sub}}}}\n"


def route(*rules: str) -> str:
    return f"- {{path: /api/*, service: users, rewrite: /*, {', '.join(rules)}}}"


async def test_a_route_for_known_callers_refuses_all_others_before_the_service_is_asked(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, route("authenticated: true"), AUTHENTICATION) as gateway:
        refused = await gateway.http.get("/api/x")
        let_in = await gateway.http.get("/api/x", headers=by(BOB))

    assert code(refused) == (401, "UNAUTHENTICATED")
    assert (let_in.status_code, len(service.asked)) == (200, 1)


async def test_a_role_lets_in_and_so_does_one_that_includes_it(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), route("roles: [boss]"), AUTHENTICATION) as gateway:
        refused = await gateway.http.get("/api/x", headers=by(BOB))
        let_in = await gateway.http.get("/api/x", headers=by(ADA))

    assert code(refused) == (403, "FORBIDDEN")
    assert let_in.status_code == 200


async def test_scopes_that_nobody_has_let_nobody_in(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), route("scopes: [[read, write], [all]]"), AUTHENTICATION) as gateway:
        refused = await gateway.http.get("/api/x", headers=by(ADA))

    assert code(refused) == (403, "FORBIDDEN")


async def test_a_wrong_credential_is_refused_also_where_none_is_needed(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), route("public: true"), AUTHENTICATION) as gateway:
        refused = await gateway.http.get("/api/x", headers=by("il_wrong"))

    assert code(refused) == (401, "UNAUTHENTICATED")
    assert refused.headers["www-authenticate"] == "ApiKey"


async def test_the_service_learns_who_asks_and_gets_no_credential(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, route("public: true"), AUTHENTICATION + TOLD) as gateway:
        await gateway.http.get("/api/x", headers={**by(ADA), "x-user-id": "forged", "x_user_id": "forged"})

    assert service.headers["x-user-id"] == "ada"
    assert not {"x_user_id", "x-api-key"} & service.headers.keys()


async def test_nobody_unknown_can_say_who_they_are(tmp_path: Path) -> None:
    service = Noting()
    async with routed(tmp_path, service, route("public: true"), AUTHENTICATION + TOLD) as gateway:
        await gateway.http.get("/api/x", headers={"x-user-id": "forged"})

    assert "x-user-id" not in service.headers


async def test_each_caller_may_take_a_route_so_often(tmp_path: Path) -> None:
    service = Noting()
    rules = route("public: true", "rate_limit: 1/hour")
    async with routed(tmp_path, service, rules, AUTHENTICATION) as gateway:
        first, second = [await gateway.http.get("/api/x", headers=by(ADA)) for _ in range(2)]
        other = await gateway.http.get("/api/x", headers=by(BOB))

    assert (first.status_code, other.status_code) == (200, 200)
    assert code(second) == (429, "RATE_LIMITED")
    assert int(second.headers["retry-after"]) > 0
    assert len(service.asked) == 2


async def test_who_may_not_take_a_route_uses_up_nothing_of_it(tmp_path: Path) -> None:
    rules = route("roles: [admin]", "rate_limit: 1/hour")
    async with routed(tmp_path, Noting(), rules, AUTHENTICATION) as gateway:
        refused = [await gateway.http.get("/api/x") for _ in range(3)]
        let_in = await gateway.http.get("/api/x", headers=by(ADA))

    assert {code(each) for each in refused} == {(401, "UNAUTHENTICATED")}
    assert let_in.status_code == 200


async def test_the_limits_of_all_requests_count_routes_too(tmp_path: Path) -> None:
    async with routed(tmp_path, Noting(), route("public: true"), "rate_limits: {requests: 1/hour}") as gateway:
        await gateway.http.get("/api/x")
        response = await gateway.http.get("/api/x")

    assert code(response) == (429, "RATE_LIMITED")
