"""Compose short SDL: each subgraph is a keyword argument, and links federation 2 by itself."""

from collections.abc import Callable

import pytest

from federation.composition.compose import CompositionResult, compose
from schemas.subgraph import Subgraph

IMPORTS = (
    "@key",
    "@requires",
    "@provides",
    "@external",
    "@shareable",
    "@override",
    "@inaccessible",
    "@tag",
    "@interfaceObject",
    "@composeDirective",
    "@authenticated",
    "@requiresScopes",
    "@policy",
    "@extends",
)

Composer = Callable[..., CompositionResult]


@pytest.fixture
def composed() -> Composer:
    """`composed(a="type Query { a: Int }")`: a name that ends in `_1` is a federation 1 subgraph, linked to nothing."""

    def compose_all(**sdls: str) -> CompositionResult:
        imports = ", ".join(f'"{name}"' for name in IMPORTS)
        link = f'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: [{imports}])\n'
        return compose(
            [
                Subgraph(name, sdl if name.endswith("_1") or "federation/v" in sdl else link + sdl)
                for name, sdl in sdls.items()
            ]
        )

    return compose_all
