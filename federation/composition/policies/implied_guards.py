"""Whether everyone whom the guards of one field let pass would pass a guard of another."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import assert_never

from schemas.conditions import Both, Comparison, Either, Expression, Holds, Operand, Variable, variables_of
from schemas.policy import Alternatives, Authenticated, Guard, HasRole, HasScopes, MeetsPolicies, Mode, Owns
from schemas.role_inclusion import RoleInclusion


def are_implied(given: Sequence[Guard], asked: Guard, inclusion: RoleInclusion) -> bool:
    """Whether `given` guards let nobody pass whom `asked` stops. Only guards that are enforced count, on both sides."""
    enforced = [guard for guard in given if guard.mode is Mode.ENFORCE]
    match asked:
        case _ if asked.mode is not Mode.ENFORCE:
            return True
        case Authenticated():
            return any(isinstance(guard, Authenticated) for guard in enforced)
        case HasScopes():
            return _narrower([guard.scopes for guard in enforced if isinstance(guard, HasScopes)], asked.scopes)
        case MeetsPolicies():
            names = [guard.policies for guard in enforced if isinstance(guard, MeetsPolicies)]
            return _narrower(names, asked.policies)
        case HasRole():
            return any(isinstance(guard, HasRole) and inclusion.covers(guard.roles, asked.roles) for guard in enforced)
        case Owns():
            return any(_owns_no_less(guard, asked, inclusion) for guard in enforced)
        case _:
            assert_never(asked)


def seen_from(guard: Guard, path: tuple[str, ...] | None) -> Guard:
    """A guard of a field of the object at `path`, as a field of the object around would write it.

    With None, for objects in a list, or where it reads arguments, nothing but its roles can be written there.
    """
    if not isinstance(guard, Owns):
        return guard
    scopes = {variable.scope for variable in variables_of(guard.when)}
    if "args" in scopes or (path is None and "this" in scopes):
        return replace(guard, when=Either(()))
    return replace(guard, when=_moved(guard.when, path or ()))


def _narrower(given: Sequence[Alternatives], asked: Alternatives) -> bool:
    """All of `given` hold, in one alternative each: whichever these are, they have to contain one that is asked."""
    together = (frozenset[str]().union(*chosen) for chosen in product(*given))
    return bool(given) and all(any(names <= held for names in asked) for held in together)


def _owns_no_less(given: Guard, asked: Owns, inclusion: RoleInclusion) -> bool:
    if isinstance(given, HasRole):
        return inclusion.covers(given.roles, asked.or_roles)
    return (
        isinstance(given, Owns)
        and inclusion.covers(given.or_roles, asked.or_roles)
        and _follows(given.when, asked.when, inclusion)
    )


def _follows(given: Expression, asked: Expression, inclusion: RoleInclusion) -> bool:
    """Whether `asked` holds wherever `given` does, as far as their words say."""
    if given == asked:
        return True
    if isinstance(given, Either):
        return all(_follows(part, asked, inclusion) for part in given.parts)
    if isinstance(asked, Both):
        return all(_follows(given, part, inclusion) for part in asked.parts)
    if isinstance(given, Both) and any(_follows(part, asked, inclusion) for part in given.parts):
        return True
    if isinstance(asked, Either):
        return any(_follows(given, part, inclusion) for part in asked.parts)
    is_role = isinstance(given, Holds) and given.function == "hasRole"
    return is_role and isinstance(asked, Holds) and asked.function == "hasRole" and _includes(given, asked, inclusion)


def _includes(given: Expression, asked: Holds, inclusion: RoleInclusion) -> bool:
    return isinstance(given, Holds) and asked.name in inclusion.held(frozenset({given.name}))


def _moved(expression: Expression, path: tuple[str, ...]) -> Expression:
    match expression:
        case Comparison(left, operator, right):
            return Comparison(_moved_operand(left, path), operator, _moved_operand(right, path))
        case Both(parts):
            return Both(tuple(_moved(part, path) for part in parts))
        case Either(parts):
            return Either(tuple(_moved(part, path) for part in parts))
        case Holds():
            return expression


def _moved_operand(operand: Operand, path: tuple[str, ...]) -> Operand:
    if isinstance(operand, Variable) and operand.scope == "this":
        return Variable("this", (*path, *operand.path))
    return operand
