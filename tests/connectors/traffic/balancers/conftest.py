"""Endpoints without links: balancers only look at what is known of them."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.traffic.endpoint import Endpoint


def _endpoints(*weights: float, zones: str = "") -> tuple[Endpoint[Any], ...]:
    names = "abcdefghijklmnopqrstuvwxyz"
    return tuple(Endpoint(names[place], None, weight, zones[place : place + 1]) for place, weight in enumerate(weights))


@pytest.fixture(scope="session")
def endpoints() -> Callable[..., tuple[Endpoint[Any], ...]]:
    """`endpoints(5, 1, 1)`: three endpoints a, b, c of these weights; `zones="xxy"` says where they are."""
    return _endpoints
