"""Everything that is wrong with routes is said at once, with its line."""

import re
from pathlib import Path

import pytest

from tests.federation.config.test_read import FILE, MINIMAL, parse_config, problems_of

ROOT = Path(__file__).parents[3]
PLACE = len("interlace.yaml:3: ")


def of(*routes: str) -> tuple[str, ...]:
    text = MINIMAL + "routes:\n" + "".join(f"  - {{{route}}}\n" for route in routes)
    return tuple(problem[PLACE:] for problem in problems_of(text))


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("path: a, service: s, public: true", "routes.0.path: string should match pattern '^/', found 'a'"),
        ("path: /a*, service: s, public: true", "routes.0.path: a segment of '/a*' '/a*' is"),
        (
            "path: /a",
            "routes.0: say what it answers: a 'service', or one of 'operation' (a file), 'query' and 'document'",
        ),
        ("path: /a, service: s, query: '{ a }', public: true", "routes.0: say what it answers"),
        ("path: /a, service: s", "routes.0: say who may take it: 'public: true', 'authenticated: true', 'roles' or"),
        ("path: /a, service: s, public: true, roles: [a]", "routes.0: 'public' lets everybody in: remove it"),
        (
            "path: /a, service: s, public: true, partial: true",
            "routes.0: 'partial' says nothing of a route to a service",
        ),
        ("path: /a, query: '{ a }', rewrite: /b", "routes.0: 'rewrite' says nothing of a route to an operation"),
        ("path: /a, service: s, roles: [a]", "routes.0: nobody is known, so nobody may take it"),
        (
            "path: /a, service: s, public: true, rewrite: '/{b}'",
            "routes.0.rewrite: '/{b}' has a parameter 'b' that '/a'",
        ),
        ("path: /a/*, query: '{ a }'", "routes.0.path: /a/* stands for many paths"),
        ("path: /graphql, service: s, public: true", "routes.0.path: at /graphql the gateway itself answers"),
        ("path: /a, service: s, public: true, methods: [TRACE]", "routes.0.methods.0: input should be 'GET', 'HEAD'"),
        ("path: /a, operation: none.graphql", "routes.0.operation: there is no file none.graphql"),
    ],
)
def test_a_route_that_makes_no_sense_is_refused(route: str, expected: str) -> None:
    (problem,) = of(route)

    assert problem.startswith(expected.replace("a segment of '/a*' '/a*' is", "a segment of '/a*' 'a*' is"))


def test_routes_that_answer_the_same_requests_are_named_both() -> None:
    same = "public: true, service: s"
    problems = of(
        f"path: '/a/{{id}}', {same}", f"path: '/a/{{name}}', {same}", f"path: '/a/{{x}}', methods: PUT, {same}"
    )

    assert problems == (
        "routes.1.path: /a/{name} answers GET requests that routes.0 (/a/{id}, line 4) answers too: remove one",
    )


def test_routes_come_with_safe_defaults() -> None:
    config = parse_config(MINIMAL + "routes: [{path: /a, service: s, public: true}]", FILE, {})

    (route,) = config.routes
    assert route.answered_methods == ("GET", "HEAD")
    assert not route.loose_paths


def test_the_examples_of_the_documentation_are_right(tmp_path: Path) -> None:
    (tmp_path / "user_profile.graphql").write_text("query UserProfile($id: ID!) { user(id: $id) { id } }")
    known = "authentication: {issuers: [{issuer: 'https://a.example', audience: a}]}\n"
    text = (ROOT / "docs" / "routes.md").read_text(encoding="utf-8") + (ROOT / "README.md").read_text(encoding="utf-8")
    examples = [
        each for each in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if "routes:" in each
    ]

    assert len(examples) == 4
    for example in examples:
        assert parse_config(MINIMAL + known + example, tmp_path / "interlace.yaml", {}).routes
