"""Which path a service is asked for."""

import pytest

from federation.patterns.path import read_path
from federation.patterns.pattern import BadPattern, read_pattern
from federation.patterns.rewriting import Rewriting, read_rewriting


def rewriting(path: str, to: str | None = None) -> Rewriting:
    return read_rewriting(read_pattern(path), to)


def target(path: str, to: str | None, asked: str) -> str:
    made = rewriting(path, to)
    segments = read_path(asked).segments
    parameters = made.pattern.match(segments)
    assert parameters is not None
    return made.target(segments, parameters)


@pytest.mark.parametrize(
    ("path", "to", "asked", "expected"),
    [
        ("/api/users/*", "/users/*", "/api/users/7/a", "/users/7/a"),
        ("/api/users/*", "/users/*", "/api/users", "/users"),
        ("/api/users/*", "/users/*", "/api/users/", "/users/"),
        ("/api/users/*", None, "/api/users/7", "/api/users/7"),
        ("/api/*", "/*", "/api", "/"),
        ("/{kind}/{id}", "/v2/{id}/{kind}", "/a/b%2Fc", "/v2/b%2Fc/a"),
        ("/u/{id}/*", "/{id}/*", "/u/7/x/y", "/7/x/y"),
    ],
)
def test_the_rest_and_the_parameters_are_put_in_their_places(path: str, to: str, asked: str, expected: str) -> None:
    assert target(path, to, asked) == expected


@pytest.mark.parametrize(
    ("path", "to"), [("/a/{id}", "/{other}"), ("/a/*", "/b"), ("/a", "/b/*"), ("/a/{id}", "b"), ("/a", "/b?c=1")]
)
def test_a_rewriting_that_would_lose_or_lack_something_is_refused(path: str, to: str) -> None:
    with pytest.raises(BadPattern):
        rewriting(path, to)


@pytest.mark.parametrize(
    ("found", "expected"), [("/users/8", "/api/users/8"), ("/users", "/api/users"), ("/usersX", "/usersX")]
)
def test_paths_of_the_service_are_named_as_clients_know_them(found: str, expected: str) -> None:
    assert rewriting("/api/users/*", "/users/*").public_path(found) == expected
