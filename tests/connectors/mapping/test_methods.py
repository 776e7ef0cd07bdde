"""The methods of the mapping language, one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mapping.evaluate import evaluator
from connectors.mapping.methods.registry import METHODS
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_expression
from connectors.mapping.scope import Scope

VALUES = {
    "s": "a,b,c",
    "n": 7,
    "f": 2.5,
    "t": True,
    "z": None,
    "l": [3, 1, 2],
    "o": {"login_name": 1, "deep": {"last_seen": [{"on_day": 2}]}},
    "users": [{"id": 1, "on": True}, {"id": 2, "on": False}],
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$.l->map(@->add(1))", [4, 2, 3]),
        ("$.n->map(@)", [7]),
        ("$.users->filter(@.on)", [{"id": 1, "on": True}]),
        ("$.users->find(@.id->eq(2))", {"id": 2, "on": False}),
        ("$.users->find(@.id->eq(3))", MISSING),
        ("$.l->contains(1)", True),
        ("$.l->contains('1')", False),
        ("$(['a', null, 1, true])->joinNotNull('-')", "a-1-true"),
        ("$.l->first", 3),
        ("$.l->last", 2),
        ("$.s->first", "a"),
        ("$([])->first", MISSING),
        ("$.n->first", 7),
        ("$.l->get(-1)", 2),
        ("$.l->get(3)", MISSING),
        ("$.o->get('login_name')", 1),
        ("$.l->slice(1)", [1, 2]),
        ("$.s->slice(0, 3)", "a,b"),
        ("$.l->size", 3),
        ("$.s->size", 5),
        ("$.o->size", 2),
        ("$.o->entries->first", {"key": "login_name", "value": 1}),
        ("$.o->keysToCamelCase", {"loginName": 1, "deep": {"last_seen": [{"on_day": 2}]}}),
        ("$.o->keysToCamelCaseDeep", {"loginName": 1, "deep": {"lastSeen": [{"onDay": 2}]}}),
        ("$.s->split(',')", ["a", "b", "c"]),
        ("$.s->split(',', 2)", ["a", "b,c"]),
        ("$('ab')->split('')", ["a", "b"]),
        ("$(' a ')->trim", "a"),
        ("$(' a ')->trimStart", "a "),
        ("$(' a ')->trimEnd", " a"),
        ("$.n->eq(7)", True),
        ("$.t->eq(1)", False),
        ("$.n->ne(7)", False),
        ("$.n->gt(6.5)", True),
        ("$.n->gte(7)", True),
        ("$('a')->lt('b')", True),
        ("$.n->lte(6)", False),
        ("$.n->in([1, 7])", True),
        ("$.t->and($.n)", True),
        ("$.z->or(0, '')", False),
        ("$.z->not", True),
        ("$.l->not", False),
        ("$.n->echo([@, @])", [7, 7]),
        ("$.s->match(['x', 1], ['a,b,c', 2])", 2),
        ("$.s->match(['x', 1], [@, 'other'])", "other"),
        ("$.n->matchIf([@->lt(5), 'few'], [true, 'many'])", "many"),
        ("$.n->add(1, 2)", 10),
        ("$.n->sub(1)", 6),
        ("$.n->mul(2.5)", 17.5),
        ("$(6)->div(3)", 2),
        ("$.n->div(2)", 3.5),
        ("$.n->mod(4)", 3),
        ("$(-7)->mod(4)", -3),
        ("$.n->toString", "7"),
        ("$.t->toString", "true"),
        ("$.z->toString", ""),
        ("$('ff')->parseInt(16)", 255),
        ("$.l->jsonStringify", "[3,1,2]"),
        ("$('[1]')->jsonParse", [1]),
        ("$.gone->size", MISSING),
        ("$.l->as($all)->map(@->add($all->size))", [6, 4, 5]),
    ],
)
def test_methods_compute(compute: Callable[..., Any], text: str, result: object) -> None:
    assert compute(text, VALUES) == (result, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$.s->add(1)", "->add needs numbers, not a string"),
        ("$.n->div(0)", "->div has no result for these numbers"),
        ("$.n->split(',')", "->split needs a string and a string to cut it at"),
        ("$.o->joinNotNull(',')", "->joinNotNull joins strings, numbers and booleans, not an object"),
        ("$.n->match([1, 2])", "->match has no pair for the value it met: add a last pair [@, ...] for all others"),
        (
            "$.n->matchIf([false, 2])",
            "->matchIf has no pair that holds for the value it met: add a last pair [true, ...]",
        ),
        ("$.s->gt(1)", "->gt cannot compare a string with a number"),
        ("$.l->get('a')", "->get cannot find a string in a list"),
        ("$.l->slice('a')", "->slice needs whole numbers as positions"),
        ("$.n->entries", "->entries needs an object, not a number"),
        ("$('x')->parseInt", "->parseInt cannot read this text as a whole number"),
        ("$('{')->jsonParse", "->jsonParse met a string that is not JSON"),
        ("$.z->size", "->size needs a list, string or object, not null"),
    ],
)
def test_a_method_without_a_result_says_why(compute: Callable[..., Any], text: str, problem: str) -> None:
    assert compute(text, VALUES) == (MISSING, [problem])


def test_products_beyond_all_bounds_have_no_result(compute: Callable[..., Any]) -> None:
    text = "$" + "->mul($)" * 20

    assert compute(text, 2**63) == (MISSING, ["->mul has no result for these numbers"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(METHODS)), JSON, JSON)
def test_no_method_breaks_whatever_it_meets(name: str, value: object, argument: object) -> None:
    method = METHODS[name]
    count = max(method.least, min(1, method.most if method.most is not None else 1))
    operand = "[$args.a, $args.a]" if name in {"match", "matchIf"} else "$args.a"
    text = f"$->{name}" + (f"({', '.join([operand] * count)})" if count else "")

    evaluator(parse_expression(text))(value, value, Scope({"$args": {"a": argument}}))
