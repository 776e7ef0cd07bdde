"""What is too large is refused before it is parsed, for next to nothing; what is not is never refused for it."""

import sys
from collections.abc import Callable

import pytest
from graphql import build_schema, get_introspection_query
from hypothesis import example, given, settings
from hypothesis import strategies as st

from federation.errors import RequestError
from federation.operations.errors import OperationTooLarge, ParseFailed
from federation.operations.limits import OperationLimits
from federation.operations.prepare import prepare_operation
from federation.operations.scan import scan
from federation.operations.words import Bounds, bounded
from tests.federation.operations.hostile_texts import HOSTILE

LIMITS = OperationLimits(5_000, 12, 10_000, 50, 20, 50, 10_000, harmless_length=0)
SCHEMA = build_schema("type Query { a(x: String, y: [Int]): A b: Int } type A { b: Int c: A }")
# Calls of functions, Python's own among them, for each word that an operation may have.
MOST_CALLS = 4


def calls_made(act: Callable[[], object]) -> int:
    """How many functions are called: what the work costs, on any machine."""
    made = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        with pytest.raises((OperationTooLarge, ParseFailed)):
            act()
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_is_given_up_after_few_steps(kind: str) -> None:
    assert calls_made(lambda: prepare_operation(HOSTILE[kind], None, SCHEMA, LIMITS)) < MOST_CALLS * LIMITS.max_tokens


@pytest.mark.parametrize("text", ["#" + "x" * 99_000, "," * 99_000, "x" * 99_000, "#\n" * 50_000])
def test_what_is_too_long_is_not_read_to_its_end(text: str) -> None:
    found = bounded(Bounds(LIMITS.max_tokens, LIMITS.max_literal)).match(text)

    assert found is not None
    assert (found["more"], found.end()) == (None, 0)
    with pytest.raises(OperationTooLarge, match="has more than 10000 characters"):
        scan(text, LIMITS)


@pytest.mark.parametrize("mark", ['"', '"""'])
@pytest.mark.parametrize(("length", "is_refused"), [(10_000, False), (10_001, True)])
def test_a_string_is_as_long_as_its_limit_at_most(mark: str, length: int, is_refused: bool) -> None:
    string = mark + "x" * (length - 2 * len(mark)) + mark
    for text in (f"{{a(x:{string}){{b}}}}", f"{{a{{c(x:{string}){{b}}}}}}", f"{{{string}}}"):
        if is_refused:
            with pytest.raises(OperationTooLarge, match="a string in the operation has more than 10000 characters"):
                scan(text, LIMITS)
        else:
            scan(text, LIMITS)


def test_quotes_and_backslashes_have_a_limit_together() -> None:
    for text in ('{a(x:"' + "\\n" * 20_000 + '")}', '{a(x:"""' + '"a' * 20_000 + '""")}'):
        with pytest.raises(OperationTooLarge, match="more than 20000 quotes and backslashes"):
            scan(text, LIMITS)


@pytest.mark.parametrize(("words", "is_refused"), [(5_000, False), (5_001, True)])
def test_words_are_counted_to_the_last(words: int, is_refused: bool) -> None:
    text = "{a{" + "b " * (words - 5) + "}}"

    if is_refused:
        with pytest.raises(OperationTooLarge, match="more than 5000 tokens"):
            scan(text, LIMITS)
    else:
        scan(text, LIMITS)


@pytest.mark.parametrize("text", ['{a(x:"b', '{a(x:"b\nc")}', '{a(x:"""b""")', '{a(x:"\\"'])
def test_a_string_without_an_end_is_told(text: str) -> None:
    if '"""b"""' in text:
        scan(text, LIMITS)
        return
    with pytest.raises(ParseFailed, match="a string does not end"):
        scan(text, LIMITS)


def test_a_fragment_of_many_fields_has_no_root_fields() -> None:
    text = "query fragments { b } fragment F on A {" + " b " * 21 + "} query More {" + " b " * 20 + "}"

    scan(text, LIMITS)
    with pytest.raises(OperationTooLarge, match="root fields"):
        scan(text.replace("More {", "More { b"), LIMITS)


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_is_given_up_before_it_is_parsed(kind: str) -> None:
    with pytest.raises(RequestError):
        scan(HOSTILE[kind], LIMITS)


@pytest.mark.parametrize(
    ("text", "limits", "reason"),
    [
        ("{ a { b b b } }", OperationLimits(max_tokens=5), "more than 5 tokens"),
        ("{ a { c { c { c { b } } } } }", OperationLimits(max_depth=4), "5 fields deep"),
        ("{ x: b y: b z: b }", OperationLimits(max_aliases=2), "more than 2 aliases"),
        ("{ x: b ...F } fragment F on Query { y: b z: b }", OperationLimits(max_aliases=2), "more than 2 aliases"),
        ("{ b ...F } fragment F on Query { a { b } }", OperationLimits(max_root_fields=1), "2 root fields"),
        ("{ b @skip(if: true) @include(if: true) }", OperationLimits(max_directives=1), "more than 1 directives"),
        ('{ a(x: "' + "x" * 9 + '") { b } }', OperationLimits(max_literal=9), "a string in the operation has more"),
        (
            "{ a { ...F ...G } } fragment F on A { c { b } } fragment G on A { c { b } }",
            OperationLimits(max_aliases=1),
            "asks 2 times for 'c' in one place; 1 are allowed",
        ),
    ],
)
def test_each_limit_is_named(text: str, limits: OperationLimits, reason: str) -> None:
    exact = OperationLimits(**{**{name: getattr(limits, name) for name in limits.__slots__}, "harmless_length": 0})

    with pytest.raises(OperationTooLarge, match=reason):
        prepare_operation(text, None, SCHEMA, exact)


STRINGS = ('a(x: "}{\\"@:"){b}', 'a(x: """a"b""")', "#{:@\n")
WORDS = st.sampled_from(["b", "a{b}", "x: b", "...on Query{b}", "...{b}", "b @skip(if: false)", *STRINGS])


@example(words=["b", "b", 'a(x: """a"b""")'], aliases=0, directives=0, roots=3)  # Python before 3.11.5
@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12), st.integers(0, 6), st.integers(0, 6), st.integers(1, 8))
def test_nothing_is_refused_that_is_not_too_large(words: list[str], aliases: int, directives: int, roots: int) -> None:
    """Reading over the text never counts more than measuring the parsed document does."""
    text = "query Q { " + " ".join(words) + "\n}"
    loose = OperationLimits(max_aliases=aliases, max_directives=directives, max_root_fields=roots)
    strict = OperationLimits(max_aliases=aliases, max_directives=directives, max_root_fields=roots, harmless_length=0)

    def refused(limits: OperationLimits) -> bool:
        try:
            prepare_operation(text, None, SCHEMA, limits)
        except OperationTooLarge:
            return True
        except RequestError:
            return False
        return False

    assert len(text) <= loose.harmless_length
    assert refused(strict) == refused(loose)


def test_errors_suggest_nothing_where_the_schema_is_not_told() -> None:
    for query in ("{ aa { b } }", "{ a(xx: 1) { b } }", "{ a { bb } }"):
        with pytest.raises(RequestError) as told:
            prepare_operation(query, None, SCHEMA, LIMITS)
        with pytest.raises(RequestError) as silent:
            prepare_operation(query, None, SCHEMA, LIMITS, hide_suggestions=True)

        assert "Did you mean" in str(told.value)
        assert "Did you mean" not in str(silent.value)


def test_the_usual_tools_may_ask_for_the_schema() -> None:
    query = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)

    assert prepare_operation(query, None, SCHEMA, LIMITS).introspection is not None


def test_introspection_in_circles_is_too_deep() -> None:
    query = "{ __schema { types { " + "fields { type { " * 9 + "name" + " } }" * 9 + " } } }"

    with pytest.raises(OperationTooLarge, match="fields deep"):
        prepare_operation(query, None, SCHEMA, LIMITS)
