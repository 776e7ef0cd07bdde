"""What is prepared for every request asks the same as what is collected for one."""

from typing import Any

import pytest
from graphql import build_schema

from federation.extensions.rate_limits.asking import Asking
from federation.extensions.rate_limits.bound_rules import bind_rules
from federation.extensions.rate_limits.plan_calls import plan_calls
from federation.extensions.rate_limits.principals import Caller
from federation.extensions.rate_limits.usual_asking import usual_asking
from federation.identity import Identity
from federation.operations.cost import Costs
from federation.operations.limits import OperationLimits
from federation.operations.prepare import prepare_operation
from schemas.policy import FieldPolicy, Mode, Origin, PolicyTable, RateLimitRule
from schemas.rate_windows import read_window

SCHEMA = build_schema("type Query { a(x: Int): T b: T c: T d: Int } type T { e: Int }")
CALLER = Caller(
    Identity("ada", method="jwt", scope_key="ada", claims={"org": "o1"}), "192.0.2.1", {"x-key": "k"}, {"n": 7}
)


def rule(*windows: str, **options: Any) -> FieldPolicy:
    found = RateLimitRule(Origin("x"), tuple(map(read_window, windows)), **options)
    return FieldPolicy(rate_limits=(found,))


TABLE = PolicyTable(
    {
        "Query.a": rule("5/minute", "20/second burst 40", keys=("user", "argument:x")),
        "Query.b": rule("7/minute", keys=("claim:org", "header:x-key")),
        "Query.c": rule("9/minute", keys=("ip",), per="type"),
        "Query.d": rule("9/minute", mode=Mode.SHADOW),
        "T.e": rule("3/minute", by="cost"),
    }
)


@pytest.mark.parametrize("tag", ["", "limits"])
def test_it_asks_what_would_be_collected(tag: str) -> None:
    text = "query ($n: Int) { a(x: $n) { __typename } b { __typename } c { __typename } }"
    calls = plan_calls(bind_rules(prepare_operation(text, None, SCHEMA, OperationLimits()), TABLE))
    usual = usual_asking(calls, tag)
    asking = Asking(CALLER, Costs(TABLE, SCHEMA, 10), tag)
    for number, planned in enumerate(calls):
        asking.add(number, planned, planned.occurrences)

    assert usual is not None
    assert usual.buckets(CALLER) == asking.buckets
    assert (list(usual.asks), list(usual.names)) == (asking.asks, asking.names)


@pytest.mark.parametrize("text", ["{ a { __typename } x: a { __typename } }", "{ d }", "{ b { e } }", "{ a { e } }"])
def test_what_shares_a_count_or_counts_otherwise_is_collected_for_each_request(text: str) -> None:
    calls = plan_calls(bind_rules(prepare_operation(text, None, SCHEMA, OperationLimits()), TABLE))

    assert usual_asking(calls, "limits") is None
