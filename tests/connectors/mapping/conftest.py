"""Apply the mapping language to values."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.mapping.evaluate import evaluator, selector
from connectors.mapping.parse import parse_expression, parse_selection
from connectors.mapping.scope import Scope


@pytest.fixture
def select() -> Callable[..., Any]:
    """Apply a selection to a value: `select("id name", {...}, args={...})`."""
    return lambda text, value, **variables: selector(parse_selection(text))(value, _scope(variables))


@pytest.fixture
def compute() -> Callable[..., Any]:
    """Compute an expression on a value; gives the result and the problems noted."""

    def run(text: str, value: object = None, **variables: object) -> tuple[Any, list[str]]:
        scope = _scope(variables)
        return evaluator(parse_expression(text))(value, value, scope), list(scope.problems.found)

    return run


def _scope(variables: dict[str, object]) -> Scope:
    return Scope({f"${name}": value for name, value in variables.items()})
