"""Which headers pass, and what services are told of where a request came from."""

from pathlib import Path

import pytest

from federation.routes.forwarded import answer_lines, request_lines
from federation.routes.routed import Connection
from tests.federation.routes.routed_gateway import Noting, reply, routed

ROUTE = "- {path: /api/*, service: users, rewrite: /*, public: true, methods: [GET, POST]}"
STRANGER = Connection("9.9.9.9", "9.9.9.9")
PROXY = Connection("9.9.9.9", "10.0.0.1", "https", is_trusted=True)


def sent(
    lines: list[tuple[str, str]], connection: Connection = STRANGER, dropped: frozenset[str] = frozenset()
) -> dict:
    return dict(request_lines(lines, connection, dropped))


@pytest.mark.parametrize(
    "name",
    ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-authorization", "expect"],
)
def test_what_is_about_one_connection_stays_on_it(name: str) -> None:
    assert name not in sent([(name, "x"), ("accept", "a")])
    assert name.encode() not in dict(answer_lines([(name.encode(), b"x")], keeps_length=True))


def test_what_connection_names_stays_on_it() -> None:
    lines = sent([("connection", "close, X-Once"), ("x-once", "1"), ("x-kept", "2")])

    assert "x-once" not in lines
    assert lines["x-kept"] == "2"


def test_each_that_passes_a_message_on_adds_itself_to_via() -> None:
    assert sent([("via", "1.0 fred")])["via"] == "1.0 fred, 1.1 interlace"
    assert answer_lines([(b"Via", b"1.1 back")], keeps_length=True) == ((b"via", b"1.1 back, 1.1 interlace"),)


def test_what_a_stranger_says_of_its_address_is_not_believed() -> None:
    told = [("x-forwarded-for", "1.1.1.1"), ("x-real-ip", "1.1.1.1"), ("forwarded", "for=1.1.1.1"), ("host", "shop")]
    lines = sent(told)

    assert (lines["x-forwarded-for"], lines["x-forwarded-proto"], lines["x-forwarded-host"]) == (
        "9.9.9.9",
        "http",
        "shop",
    )
    assert not {"x-real-ip", "forwarded", "host"} & lines.keys()


def test_what_a_trusted_proxy_says_is_passed_on_with_its_own_address() -> None:
    told = [("x-forwarded-for", "9.9.9.9"), ("x-forwarded-proto", "https"), ("forwarded", "for=9.9.9.9")]
    lines = sent(told, PROXY)

    assert lines["x-forwarded-for"] == "9.9.9.9, 10.0.0.1"
    assert lines["forwarded"] == "for=9.9.9.9, for=10.0.0.1;proto=https"


@pytest.mark.parametrize("name", ["x-original-url", "x-rewrite-url", "x-http-method-override", "x_original_url"])
def test_headers_that_would_ask_for_another_path_or_method_never_pass(name: str) -> None:
    assert name not in sent([(name, "/admin")], PROXY)


def test_reserved_headers_do_not_pass_in_any_spelling() -> None:
    assert (
        not {"x-user-id", "x_user_id"}
        & sent([("x-user-id", "1"), ("x_user_id", "1")], PROXY, frozenset({"x-user-id"})).keys()
    )


async def test_repeated_headers_stay_apart_in_both_directions(tmp_path: Path) -> None:
    async def answers(_asked: object, send: object) -> None:
        cookies = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        await send({"type": "http.response.start", "status": 200, "headers": cookies})
        await send({"type": "http.response.body", "body": b""})

    service = Noting(answers=answers)
    async with routed(tmp_path, service, ROUTE) as gateway:
        response = await gateway.http.get("/api/x", headers=[("accept", "a"), ("accept", "b")])

    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert [value for name, value in service.asked[0]["headers"] if name == "accept"] == ["a", "b"]


async def test_codings_that_the_client_takes_pass_and_so_do_coded_answers(tmp_path: Path) -> None:
    service = Noting(answers=lambda _asked, send: reply(send, b"\x00coded", content_encoding="x-own"))
    async with routed(tmp_path, service, ROUTE) as gateway:
        response = await gateway.http.get("/api/x", headers={"accept-encoding": "x-own"})

    assert service.headers["accept-encoding"] == "x-own"
    assert (response.headers["content-encoding"], response.content) == ("x-own", b"\x00coded")
