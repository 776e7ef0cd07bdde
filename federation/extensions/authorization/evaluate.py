"""Whether a guard lets a caller pass: yes, no, or not known until the object is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from schemas.conditions import Both, Comparison, Either, Expression, Holds, Literal, Operand, Variable
from schemas.policy import Alternatives, Authenticated, Guard, HasRole, HasScopes, MeetsPolicies, Owns

# None: it depends on what is not known.
Verdict: TypeAlias = bool | None


@dataclass(frozen=True, slots=True)
class Caller:
    """What guards ask of a caller; `roles` are with those that they include."""

    is_known: bool
    roles: frozenset[str]
    scopes: frozenset[str]
    claims: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards know of one field in one request.

    `this` holds values of the object by their ways, as far as they are known; all others are unknown, unless the object
    `is_whole`: then they are missing. `granted` are the names that the team's functions said yes to.
    """

    caller: Caller
    arguments: Mapping[str, Any] = field(default_factory=dict)
    this: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    is_whole: bool = False
    granted: frozenset[str] = frozenset()


class _Unknown:
    """The value of a field of an object that is not known yet."""


UNKNOWN = _Unknown()


def passes(guard: Guard, facts: Facts) -> Verdict:
    """Whether the guard lets the caller pass."""
    caller = facts.caller
    match guard:
        case Authenticated():
            return caller.is_known
        case HasScopes(scopes=scopes):
            return _meets(scopes, caller.scopes)
        case MeetsPolicies(policies=policies):
            return _meets(policies, facts.granted)
        case HasRole(roles=roles):
            return not roles.isdisjoint(caller.roles)
        case Owns(when=when, or_roles=or_roles):
            return not or_roles.isdisjoint(caller.roles) or holds(when, facts)


def holds(expression: Expression, facts: Facts) -> Verdict:
    """Whether the condition holds."""
    match expression:
        case Holds("hasRole", name):
            return name in facts.caller.roles
        case Holds(_, name):
            return name in facts.caller.scopes
        case Both(parts):
            return _all([holds(part, facts) for part in parts])
        case Either(parts):
            negated = _all([_negated(holds(part, facts)) for part in parts])
            return _negated(negated)
        case Comparison(left, operator, right):
            return _compare(_value(left, facts), operator, _value(right, facts))


def _meets(alternatives: Alternatives, given: frozenset[str]) -> bool:
    return any(names <= given for names in alternatives)


def _all(verdicts: Sequence[Verdict]) -> Verdict:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _negated(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _value(operand: Operand, facts: Facts) -> Any:
    if isinstance(operand, Literal):
        return operand.value
    if operand.scope == "this":
        missing = None if facts.is_whole else UNKNOWN
        return facts.this.get(operand.path, missing)
    return _step_into(facts.caller.claims if operand.scope == "claims" else facts.arguments, operand)


def _step_into(value: Any, variable: Variable) -> Any:
    for step in variable.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _compare(left: Any, operator: str, right: Any) -> Verdict:
    """What is missing or null equals nothing, and differs from nothing either: whoever has no claim owns nothing."""
    if left is None or right is None:
        return False
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if operator == "in":
        return isinstance(right, Sequence) and not isinstance(right, str) and any(_equal(left, item) for item in right)
    return _equal(left, right) == (operator == "==")


def _equal(left: Any, right: Any) -> bool:
    """Texts and whole numbers that are written alike are equal: an ID may be either."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str | int) and isinstance(right, str | int):
        return str(left) == str(right)
    return bool(left == right)
