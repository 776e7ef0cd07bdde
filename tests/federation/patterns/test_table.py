"""Which route a request gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.patterns.pattern import BadPattern, read_pattern
from federation.patterns.table import Found, Route, RouteTable, WrongMethod, clashes


def route(text: str, *methods: str) -> Route[str]:
    return Route(read_pattern(text), frozenset(methods or ("GET",)), text)


def table(*texts: str) -> RouteTable[str]:
    return RouteTable(route(text) for text in texts)


def segments(path: str) -> tuple[str, ...]:
    return tuple(path[1:].split("/")) if path != "/" else ()


def target(routes: RouteTable[str], path: str, method: str = "GET") -> str | None:
    found = routes.find(method, segments(path))
    return found.route.target if isinstance(found, Found) else None


def test_an_exact_path_goes_before_a_prefix_and_a_prefix_before_parameters() -> None:
    routes = table("/api/{kind}/{id}", "/api/users/*", "/api/users/me")

    assert target(routes, "/api/users/me") == "/api/users/me"
    assert target(routes, "/api/users/7") == "/api/users/*"
    assert target(routes, "/api/orders/7") == "/api/{kind}/{id}"


def test_the_longer_prefix_goes_first() -> None:
    routes = table("/api/*", "/api/users/*")

    assert target(routes, "/api/users/7") == "/api/users/*"
    assert target(routes, "/api/orders") == "/api/*"


def test_plain_text_goes_before_a_parameter() -> None:
    routes = table("/api/{kind}/first", "/api/users/{id}")

    assert target(routes, "/api/users/first") == "/api/users/{id}"


def test_a_prefix_stands_for_its_own_path_and_for_whole_segments_only() -> None:
    routes = table("/api/users/*")

    assert target(routes, "/api/users") == "/api/users/*"
    assert target(routes, "/api/users/") == "/api/users/*"
    assert target(routes, "/api/users/7/orders/8") == "/api/users/*"
    assert target(routes, "/api/usersX") is None


def test_parameters_are_given_with_the_route() -> None:
    found = table("/api/{kind}/{id}").find("GET", segments("/api/käse/7"))

    assert isinstance(found, Found)
    assert found.parameters == {"kind": "käse", "id": "7"}


def test_a_parameter_is_never_empty() -> None:
    assert target(table("/api/users/{id}"), "/api/users/") is None


def test_a_method_that_no_route_takes_is_told_from_a_path_that_has_none() -> None:
    routes = RouteTable([route("/a", "GET", "POST"), route("/a", "PUT")])

    assert routes.find("DELETE", segments("/a")) == WrongMethod(("GET", "POST", "PUT"))
    assert routes.find("DELETE", segments("/b")) is None
    assert target(routes, "/a", "PUT") == "/a"


def test_head_goes_where_get_goes() -> None:
    assert target(table("/a"), "/a", "HEAD") == "/a"


def test_the_root_is_a_path() -> None:
    assert target(table("/"), "/") == "/"
    assert target(table("/*"), "/any/thing") == "/*"


def test_two_routes_for_one_path_and_method_clash() -> None:
    routes = [route("/users/{id}"), route("/users/{name}", "GET", "PUT"), route("/users/*"), route("/users/*", "PUT")]

    (clash,) = clashes(routes)

    assert [clash[0].text, clash[1].text, clash[2]] == ["/users/{id}", "/users/{name}", "GET"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("api", "must begin with '/'"),
        ("/a//b", "is empty"),
        ("/a/", "is empty"),
        ("/a/*/b", "'*' stands at the end only"),
        ("/a/../b", "neither plain text"),
        ("/a/{id}x", "neither plain text"),
        ("/a/{}", "neither plain text"),
        ("/{id}/{id}", "two parameters of one name"),
        ("/a?b", "neither plain text"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_said(text: str, problem: str) -> None:
    with pytest.raises(BadPattern, match=problem.replace("*", r"\*")):
        read_pattern(text)


@given(st.lists(st.sampled_from(["a", "b", "{x}", "{y}"]), min_size=1, max_size=4, unique=True), st.booleans())
def test_a_pattern_stands_for_the_path_that_it_is_filled_to(parts: list[str], is_prefix: bool) -> None:
    pattern = read_pattern("/" + "/".join(parts) + ("/*" if is_prefix else ""))
    segments = tuple(f"v{part[1]}" if part.startswith("{") else part for part in parts)

    found = pattern.match((*segments, "more") if is_prefix else segments)

    assert found == {part[1]: f"v{part[1]}" for part in parts if part.startswith("{")}
