"""Failures of one fetch are told by their causes."""

from connectors.bound.failures import Failure, answer_errors
from connectors.errors import BadStatus, TimedOut


def test_each_cause_is_one_error_at_the_first_place_it_struck() -> None:
    failures = [
        Failure((12, "a"), TimedOut("too slow", detail="slow 12")),
        Failure((3, "a"), TimedOut("too slow", detail="slow 3")),
        Failure((4, "a"), BadStatus("status 500", extensions={"status": 500})),
    ]

    errors = answer_errors(failures)

    assert [(error.code, error.path, error.detail, dict(error.extensions)) for error in errors] == [
        ("UPSTREAM_TIMEOUT", (3, "a"), "slow 3", {"count": 2}),
        ("UPSTREAM_ERROR", (4, "a"), "", {"status": 500}),
    ]


def test_no_failure_is_no_error() -> None:
    assert answer_errors([]) == ()
