"""What is wrong with a text of the mapping language is told with its place."""

import pytest

from connectors.mapping.errors import MappingInvalid
from connectors.mapping.parse import parse_expression, parse_selection
from connectors.mapping.template import Hole, parse_template


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, column 1: a selection names at least one field"),
        ("id {", "line 1, column 5: '}' is missing"),
        ("id {}", "line 1, column 4: these braces are empty: name the fields to take"),
        ("id\nname: ->first", "line 2, column 7: expected a field, a path or '$', found '->'"),
        ("id }", "line 1, column 4: expected a field, a path or '$', found '}'"),
        ("id: $arg.id", "line 1, column 5: there is no variable $arg: did you mean $args?"),
        ("id: $x", "line 1, column 5: there is no variable $x: there are $args, $this,"),
        ("id: name->upper", "line 1, column 11: there is no method ->upper"),
        ("id: name->frist", "line 1, column 11: there is no method ->frist: did you mean ->first?"),
        ("id: name->eq", "line 1, column 11: ->eq needs 1 argument, and has 0"),
        ("id: name->eq(1, 2)", "line 1, column 11: ->eq takes at most 1 argument, and has 2"),
        ("id: name->match('a')", "line 1, column 11: every argument of ->match is a pair, such as ['a', 'A']"),
        ("id: name->as(1)", "line 1, column 11: ->as needs the name of a variable"),
        ("id a.b", "line 1, column 4: among other fields, this path needs a name before it"),
        ("id: a ?? b ?! c", "line 1, column 12: ?? and ?! cannot be mixed in one chain"),
        ("id: 'name", "line 1, column 5: the string that starts with ' is not closed"),
        ("id: %", "line 1, column 5: '%' has no meaning here"),
        ("id: a.", "line 1, column 7: expected a name, found the end"),
        ("id: $(1", "line 1, column 8: ')' is missing: the text ends"),
        ("{ a: 1 } b", "line 1, column 10: 'b' is one too many: the expression ended before it"),
        ("a: " + "$(" * 70 + "1" + ")" * 70, "this is nested deeper than 64 levels"),
        ("a " + "{ b " * 70 + "}" * 70, "this is nested deeper than 64 levels"),
    ],
)
def test_a_wrong_selection_says_what_and_where(text: str, problem: str) -> None:
    with pytest.raises(MappingInvalid) as caught:
        parse_selection(text)

    assert problem in str(caught.value)


def test_an_expression_is_needed_in_a_hole() -> None:
    with pytest.raises(MappingInvalid, match="line 1, column 4: an expression is missing"):
        parse_template("/a{}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/users/{$args.id", "line 1, column 8: this '{' is never closed"),
        ("/users/}", "line 1, column 8: this '}' closes nothing"),
        ("/users/\n  {$arg.id}", "line 2, column 4: there is no variable $arg"),
        ("/users/{$args.id $this.id}", "line 1, column 18: '$this' is one too many"),
        ("/users/{'abc}", "line 1, column 8: this '{' is never closed"),
    ],
)
def test_a_wrong_template_says_what_and_where(text: str, problem: str) -> None:
    with pytest.raises(MappingInvalid) as caught:
        parse_template(text)

    assert problem in str(caught.value)


def test_a_template_alternates_text_and_holes() -> None:
    template = parse_template("/a/{$args.id}/{$('}')}?q={ $args.q->first }")

    assert [part.text if isinstance(part, Hole) else part for part in template.parts] == [
        "/a/",
        "$args.id",
        "/",
        "$('}')",
        "?q=",
        "$args.q->first",
    ]


def test_equal_texts_are_equal_trees_wherever_they_stand() -> None:
    assert parse_expression("$args.id") == parse_expression("  $args . id # the key")
