"""The table of outcomes, and that docs/reliability.md says the same."""

import re
from datetime import UTC, datetime
from pathlib import Path

import grpc
import orjson
import pytest

from connectors.errors import BadAnswer, BadStatus, NotConnected, PoolExhausted, TimedOut, Unreachable
from connectors.graphql.judge import judge_graphql
from connectors.http.response import HttpResponse
from connectors.traffic.http_outcomes import judge_response, read_retry_after
from connectors.traffic.outcome import Outcome
from connectors.traffic.outcomes import GRAPHQL_CODES, GRPC_STATUSES, judge_failure, judge_status

DOCS = Path(__file__).parents[3] / "docs" / "reliability.md"


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((200, 201, 204, 301, 304), Outcome.SUCCESS),
        ((400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 422, 425, 429, 451, 501, 505), Outcome.NEUTRAL),
        ((500, 502, 503, 504, 507, 508, 511, 599, 101), Outcome.FAILURE),
    ],
)
def test_a_service_that_refuses_is_not_sick(statuses: tuple[int, ...], outcome: Outcome) -> None:
    assert {judge_status(status).outcome for status in statuses} == {outcome}


def test_asking_again_may_help_where_the_service_was_not_there_or_too_busy() -> None:
    assert {status for status in range(200, 600) if judge_status(status).may_repeat} == {408, 425, 429, 502, 503, 504}


def test_all_seventeen_statuses_of_grpc_are_judged() -> None:
    assert set(GRPC_STATUSES) == {status.name for status in grpc.StatusCode}
    failures = {name for name, verdict in GRPC_STATUSES.items() if verdict.outcome is Outcome.FAILURE}
    assert failures == {"UNKNOWN", "DEADLINE_EXCEEDED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}


@pytest.mark.parametrize("failure", [NotConnected("x"), Unreachable("x"), TimedOut("x"), BadAnswer("x")])
def test_what_breaks_on_the_way_is_a_failure(failure: BadAnswer) -> None:
    assert judge_failure(failure).outcome is Outcome.FAILURE


def test_our_own_bounds_say_nothing_of_the_service() -> None:
    assert judge_failure(PoolExhausted("x")).outcome is Outcome.NEUTRAL


def test_too_many_requests_is_repeated_only_when_the_service_says_when() -> None:
    assert judge_response(HttpResponse(429, {}, b"")) == (Outcome.NEUTRAL, False, None)
    assert judge_response(HttpResponse(429, {"retry-after": "2"}, b"")) == (Outcome.NEUTRAL, True, 2.0)
    exhausted = BadStatus("x", extensions={"grpcStatus": "RESOURCE_EXHAUSTED"})
    assert not judge_failure(exhausted).may_repeat
    exhausted.pushback = 0.5
    assert judge_failure(exhausted).may_repeat


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: float | None) -> None:
    assert read_retry_after(text, lambda: datetime(2026, 10, 21, 7, 28, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"data": {"a": 1}}, None),
        (200, {"data": {"a": None}, "errors": [{"message": "x"}]}, None),
        (200, {"errors": [{"message": "x"}], "data": {"a": 1}}, None),
        (200, {"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, Outcome.FAILURE),
        (400, {"errors": [{"message": "x", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]}, Outcome.NEUTRAL),
        (200, {"data": None, "errors": [{"message": "x"}]}, Outcome.NEUTRAL),
        (500, {"errors": [{"message": "x"}]}, Outcome.FAILURE),
        (200, {}, Outcome.FAILURE),
        (503, "<html>", Outcome.FAILURE),
    ],
)
def test_graphql_is_judged_by_its_errors_where_it_has_no_data(
    status: int, body: object, outcome: Outcome | None
) -> None:
    verdict = judge_graphql(HttpResponse(status, {}, orjson.dumps(body)))
    assert (verdict.outcome if verdict else None) == outcome


def test_an_answer_that_is_no_json_is_a_failure() -> None:
    assert judge_graphql(HttpResponse(200, {}, b"<html>")).outcome is Outcome.FAILURE


def test_the_documented_table_is_the_one_in_use() -> None:
    rows = re.findall(r"^\| (?:gRPC|GraphQL) `([A-Z_]+)` \| (\w+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    table = {**GRPC_STATUSES, **GRAPHQL_CODES}
    assert dict(rows) == {name: verdict.outcome.value for name, verdict in table.items()}
