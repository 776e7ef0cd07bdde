"""`@link`: which specifications a document uses, and what can be wrong about that."""

from collections.abc import Callable

import pytest

from federation.composition.compose import CompositionResult

Composer = Callable[..., CompositionResult]
FEDERATION = "https://specs.apollo.dev/federation"

BROKEN = {
    "versions that do not exist": (f'@link(url: "{FEDERATION}/v2.99")', "UNKNOWN_FEDERATION_LINK_VERSION"),
    "versions of link that do not exist": ('@link(url: "https://specs.apollo.dev/link/v6.9")', "UNKNOWN_LINK_VERSION"),
    "addresses without a version": (f'@link(url: "{FEDERATION}/latest")', "INVALID_LINK_IDENTIFIER"),
    "addresses without a path": ('@link(url: "https://specs.apollo.dev")', "INVALID_LINK_IDENTIFIER"),
    "names that are not there": (
        f'@link(url: "{FEDERATION}/v2.3", import: ["@kye"])',
        "INVALID_LINK_DIRECTIVE_USAGE",
    ),
    "names that come later": (
        f'@link(url: "{FEDERATION}/v2.0", import: ["@interfaceObject"])',
        "INVALID_LINK_DIRECTIVE_USAGE",
    ),
    "specifications linked twice": (
        f'@link(url: "{FEDERATION}/v2.3") @link(url: "{FEDERATION}/v2.4")',
        "INVALID_LINK_DIRECTIVE_USAGE",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_links_are_refused(composed: Composer, case: str) -> None:
    link, code = BROKEN[case]

    assert {error.code for error in composed(a_1=f"extend schema {link} type Query {{ x: Int }}").errors} == {code}


@pytest.mark.parametrize(("version", "join"), [("2.6", "0.3"), ("2.7", "0.4"), ("2.8", "0.5"), ("2.13", "0.5")])
def test_the_newest_subgraph_decides_the_version_of_join(composed: Composer, version: str, join: str) -> None:
    result = composed(
        a=f'extend schema @link(url: "{FEDERATION}/v2.0") type Query {{ x: Int }}',
        b=f'extend schema @link(url: "{FEDERATION}/v{version}") type Query {{ y: Int }}',
    )

    assert f'@link(url: "https://specs.apollo.dev/join/v{join}", for: EXECUTION)' in result.supergraph_sdl


LINK = f'@link(url: "{FEDERATION}/v2.3", import: ["@composeDirective"])'


def own(version: str, *, location: str = "FIELD_DEFINITION") -> str:
    return (
        f'extend schema {LINK} @link(url: "https://example.com/loud/{version}", import: ["@loud"]) '
        f'@composeDirective(name: "@loud") directive @loud on {location}'
    )


def test_composed_directives_travel_in_their_newest_version(composed: Composer) -> None:
    result = composed(
        a=f"{own('v1.0')} type Query {{ x: Int @loud }}",
        b=f"{own('v1.2', location='FIELD_DEFINITION | OBJECT')} type Query {{ y: Int }} type B @loud {{ z: Int }}",
    )

    assert '@link(url: "https://example.com/loud/v1.2", import: ["@loud"])' in result.supergraph_sdl
    assert "directive @loud on FIELD_DEFINITION | OBJECT" in result.supergraph_sdl
    assert "x: Int @join__field(graph: A) @loud" in result.supergraph_sdl
    assert "loud" not in result.public_sdl


def test_composed_directives_share_a_major_version(composed: Composer) -> None:
    result = composed(
        a=f"{own('v1.0')} type Query {{ x: Int @loud }}", b=f"{own('v2.0')} type Query {{ y: Int @loud }}"
    )

    assert [error.code for error in result.errors] == ["DIRECTIVE_COMPOSITION_ERROR"]


def test_directives_that_are_not_composed_stay_at_home(composed: Composer) -> None:
    result = composed(a="directive @quiet on FIELD_DEFINITION type Query { x: Int @quiet }")

    assert "quiet" not in result.supergraph_sdl


def test_operations_may_use_directives_that_all_subgraphs_define(composed: Composer) -> None:
    result = composed(
        a="directive @all(n: Int) on FIELD | QUERY directive @one on FIELD type Query { x: Int }",
        b="directive @all(n: Int, m: Int) on FIELD type Query { y: Int }",
    )

    assert "directive @all(n: Int) on FIELD" in result.public_sdl
    assert "@one" not in result.public_sdl
