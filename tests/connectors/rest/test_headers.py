"""Headers of calls, and what cannot be smuggled into them."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import BindingInvalid, NotSendable
from connectors.mapping.scope import Scope
from connectors.rest.headers import headers_builder
from schemas.connect import Header


def built(*call: Header, source: tuple[Header, ...] = (), client: dict[str, str] | None = None, **args: Any) -> Any:
    """The headers of a call without a body, as a mapping."""
    build = headers_builder(source, call, has_body=False)
    return dict(build(Scope({"$args": args}), client or {}))


def test_json_is_accepted_and_sent_unless_a_binding_says_otherwise() -> None:
    assert dict(headers_builder((), (), has_body=True)(Scope({}), {})) == {
        "accept": "application/json",
        "content-type": "application/json",
    }
    assert built(Header("Accept", "application/vnd.shop+json")) == {"accept": "application/vnd.shop+json"}


def test_headers_of_a_call_replace_those_of_its_source() -> None:
    source = (Header("x-team", "shop"), Header("X-Version", "1"))

    assert built(Header("x-version", "2"), source=source) == {
        "accept": "application/json",
        "x-team": "shop",
        "x-version": "2",
    }


def test_templates_are_filled() -> None:
    headers = built(Header("authorization", "Bearer {$args.token}"), token="t-1")

    assert headers["authorization"] == "Bearer t-1"


def test_a_client_header_is_passed_on_where_the_binding_says_so() -> None:
    client = {"x-trace": "abc", "cookie": "secret"}

    assert built(Header("x-request-id", from_header="x-trace"), client=client) == {
        "accept": "application/json",
        "x-request-id": "abc",
    }


def test_headers_without_a_value_are_left_out() -> None:
    headers = (Header("a", from_header="x-a"), Header("b", "{$args.b}"), Header("c", "{$args.c}"), Header("d", " "))

    assert built(*headers, b=None) == {"accept": "application/json"}


@pytest.mark.parametrize("value", ["a\r\nx-admin: 1", "a\nb", "a\rb", "a\x00b", "a\x7fb", "a\u010ab"])
def test_no_value_adds_a_header(value: str) -> None:
    for header in (Header("x-a", "{$args.a}"), Header("x-a", from_header="x-b")):
        with pytest.raises(NotSendable, match="the header 'x-a' may not have a value with line breaks"):
            built(header, a=value, client={"x-b": value})


def test_a_constant_with_a_line_break_is_an_invalid_binding() -> None:
    with pytest.raises(BindingInvalid, match="the header 'x-a' may not"):
        built(Header("x-a", "a\nb"))


async def test_headers_reach_the_service(ask: Callable[..., Any], shop: Any) -> None:
    sdl = """
    type Query {
      me(tenant: String): String @connect(
        source: "shop"
        http: {
          GET: "/me"
          headers: [{ name: "x-tenant", value: "{$args.tenant}" }, { name: "x-id", from: "X-Trace" }]
        }
        selection: "$.name"
      )
    }
    """
    shop.answer = lambda _: {"name": "Ada"}

    answer = await ask(sdl, '{ me(tenant: "t1") }', headers={"x-trace": "7", "cookie": "secret"})

    assert answer.data == {"me": "Ada"}
    received = shop.received[0].headers
    assert (received["x-tenant"], received["x-id"]) == ("t1", "7")
    assert "cookie" not in received
