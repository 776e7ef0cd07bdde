"""Conditions of ownership are read whole, or refused with a reason."""

import pytest

from schemas.conditions import (
    Both,
    Comparison,
    ConditionInvalid,
    Either,
    Holds,
    Literal,
    Variable,
    parse_condition,
    variables_of,
)

OWN = Comparison(Variable("this", ("id",)), "==", Variable("claims", ("sub",)))


def test_and_binds_closer_than_or() -> None:
    found = parse_condition("$this.id == $claims.sub or hasRole('admin') and $args.x != 3")

    assert found == Either(
        (OWN, Both((Holds("hasRole", "admin"), Comparison(Variable("args", ("x",)), "!=", Literal(3)))))
    )


def test_parentheses_bind_closest() -> None:
    found = parse_condition("($this.id == $claims.sub or hasScope('read')) and true == $claims.verified")

    assert found == Both(
        (
            Either((OWN, Holds("hasScope", "read"))),
            Comparison(Literal(value=True), "==", Variable("claims", ("verified",))),
        )
    )


def test_what_a_condition_reads_is_known() -> None:
    found = parse_condition("$this.owner.id in $claims.org.members or $args.userId == 'or'")

    assert [str(each) for each in variables_of(found)] == ["$this.owner.id", "$claims.org.members", "$args.userId"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"expected \$this.x.*it ends"),
        ("$this == 1", r"\$this needs a name behind it"),
        ("$this.id", r"expected ==, != or 'in' after \$this.id, it ends"),
        ("$this.id = 1", "cannot be read from '= 1' on"),
        ("$this.id == 1 $args.x == 2", "expected 'and', 'or' or the end"),
        ("($this.id == 1", r"expected '\)'"),
        ("hasRole(admin)", r"expected \$this.x"),
        ("hasRole($claims.role)", "takes a name in single quotes"),
        ("$this.id == 'open", "cannot be read"),
        ("$other.id == 1", "cannot be read"),
        ("(" * 21 + "true == true" + ")" * 21, "nested more than 20"),
    ],
)
def test_what_is_no_condition_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ConditionInvalid, match=reason):
        parse_condition(text)
