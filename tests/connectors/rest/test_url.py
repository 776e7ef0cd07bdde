"""Request targets are built such that no value leaves its place."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from connectors.errors import BindingInvalid, NotSendable
from connectors.mapping.scope import Scope
from connectors.rest.url import url_builder

BASE = "https://shop.example/v1"
ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="./\\%25eEfF;?#&=@: \r\n\t\x00", max_size=12),
)


def target(template: str, base: str = BASE, **arguments: Any) -> str:
    """The target of a template filled with arguments."""
    return url_builder(base, template)(Scope({"$args": arguments}))


@settings(deadline=None, max_examples=300)
@given(ANYTHING)
@example("..")
@example("../admin")
@example("%2e%2e")
@example("/\\evil.example/")
@example("@evil.example")
@example("a?b#c")
@example("x HTTP/1.1\r\nhost: evil.example")
def test_no_value_escapes_its_path_segment(value: str) -> None:
    assume(value not in {"", ".", ".."})
    built = target("/users/{$args.id}/orders", id=value)

    assert built.isascii()
    assert built.isprintable()
    assert " " not in built
    url = urlsplit(f"https://shop.example{built}")
    assert (url.netloc, url.query, url.fragment) == ("shop.example", "", "")
    before, after = "/v1/users/", "/orders"
    assert url.path.startswith(before)
    assert url.path.endswith(after)
    segment = url.path[len(before) : -len(after)]
    assert not set(segment) & set("/\\?#;")
    assert unquote(segment, errors="strict") == value


@settings(deadline=None, max_examples=300)
@given(ANYTHING, ANYTHING)
def test_no_value_escapes_its_query_parameter(first: str, second: str) -> None:
    built = target("/search?q={$args.q}&size=3&{$args.name}={$args.q}", q=first, name=second)

    assert built.isascii()
    assert built.isprintable()
    url = urlsplit(f"https://shop.example{built}")
    assert (url.netloc, url.path, url.fragment) == ("shop.example", "/v1/search", "")
    assert parse_qsl(url.query, keep_blank_values=True) == [("q", first), ("size", "3"), (second, first)]


@settings(deadline=None, max_examples=100)
@given(ANYTHING)
def test_no_value_at_the_beginning_of_an_address_changes_its_host(value: str) -> None:
    assume(value not in {"", ".", ".."})
    url = urlsplit("https://shop.example" + target("{$args.id}", base="https://shop.example", id=value))

    assert url.netloc == "shop.example"
    assert unquote(url.path) == f"/{value}"
    assert url.path.count("/") == 1


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("/users/{$args.id}", "."),
        ("/users/{$args.id}", ".."),
        ("/users/{$args.id}/orders?a=1", ".."),
        ("/users/.{$args.id}", "."),
        ("/users/%2e{$args.id}", "."),
        ("/users/{$args.id}{$args.id}", "."),
        ("/users/{$args.id};v=1", ".."),
    ],
)
def test_a_segment_that_would_lead_elsewhere_is_refused(template: str, value: str) -> None:
    with pytest.raises(NotSendable, match=r"it would lead elsewhere"):
        target(template, id=value)


@pytest.mark.parametrize("value", [None, "", "absent"])
def test_a_path_needs_a_value(value: str | None) -> None:
    arguments = {} if value == "absent" else {"id": value}

    with pytest.raises(NotSendable, match=r"\{\$args\.id\} stands in the path, and has no value"):
        target("/users/{$args.id}.json", **arguments)


@pytest.mark.parametrize(
    ("template", "arguments", "built"),
    [
        ("/users", {}, "/v1/users"),
        ("/users/", {}, "/v1/users/"),
        ("/", {}, "/v1/"),
        ("?a=1", {}, "/v1?a=1"),
        ("{$args.id}", {"id": 1}, "/v1/1"),
        ("/users/{$args.id}", {"id": 12345678901234567890}, "/v1/users/12345678901234567890"),
        ("/flags/{$args.on}/{$args.ratio}", {"on": True, "ratio": 0.5}, "/v1/flags/true/0.5"),
        ("/users/{$args.id}.json", {"id": "a.b"}, "/v1/users/a.b.json"),
        ("/users?ids={$args.ids->joinNotNull(',')}", {"ids": [1, None, "a,b"]}, "/v1/users?ids=1%2Ca%2Cb"),
        ("/users?q={$args.q}", {"q": "Zoë & co"}, "/v1/users?q=Zo%C3%AB%20%26%20co"),
        ("/a?u=http://x/?y={$args.y}", {"y": "/?"}, "/v1/a?u=http://x/?y=%2F%3F"),
        ("\n  /users\n  ?a={$args.a}\n  &b=2\n", {"a": "1 2"}, "/v1/users?a=1%202&b=2"),
        ("/größe", {}, "/v1/gr%C3%B6%C3%9Fe"),
        ("/a%20b", {}, "/v1/a%20b"),
    ],
)
def test_targets_are_written_as_their_templates_say(template: str, arguments: dict[str, Any], built: str) -> None:
    assert target(template, **arguments) == built


@pytest.mark.parametrize(
    ("base", "template", "built"),
    [
        ("https://shop.example", "/users", "/users"),
        ("https://shop.example", "?a=1", "/?a=1"),
        ("https://shop.example/", "/users", "/users"),
        ("https://shop.example/api/v1/", "/users", "/api/v1/users"),
        ("https://shop.example/", "/", "/"),
    ],
)
def test_templates_continue_the_path_of_the_base(base: str, template: str, built: str) -> None:
    assert target(template, base) == built


def test_a_query_parameter_without_a_value_is_empty() -> None:
    assert target("/users?first={$args.first}&after={$args.after}", first=None) == "/v1/users?first=&after="


@pytest.mark.parametrize(("value", "kind"), [([1, 2], "a list"), ({"a": 1}, "an object")])
def test_only_scalars_fit_into_addresses(value: object, kind: str) -> None:
    with pytest.raises(NotSendable, match=f"has to be a string, number or boolean, not {kind}"):
        target("/users?ids={$args.ids}", ids=value)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(NotSendable, match="not Unicode text"):
        target("/users/{$args.id}", id="\ud800")


def test_an_address_with_a_fragment_is_invalid() -> None:
    with pytest.raises(BindingInvalid, match="no fragment"):
        url_builder(BASE, "/users#{$args.id}")


def test_what_is_wrong_with_a_template_is_told_with_its_place() -> None:
    with pytest.raises(BindingInvalid, match=r"line 1, column 9: there is no variable \$arg: did you mean \$args\?"):
        url_builder(BASE, "/users/{$arg.id}")
