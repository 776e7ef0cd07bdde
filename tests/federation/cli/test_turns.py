"""A busy thread must not hold up the event loop for as long as Python lets it."""

import sys
from collections.abc import Iterator

import pytest

from federation.cli.turns import take_short_turns


@pytest.fixture(autouse=True)
def turns_as_before() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_threads_take_turns_well_within_a_millisecond() -> None:
    take_short_turns()

    assert sys.getswitchinterval() < 0.001
