"""Read single values off answers: closures for the paths that most selections consist of."""

from collections.abc import Callable
from typing import TypeAlias

from connectors.mapping.evaluate import evaluator, member, selector
from connectors.mapping.missing import MISSING
from connectors.mapping.scope import Scope
from connectors.mapping.syntax import Choice, Current, Expression, Json, Member, Path, Selection

Read: TypeAlias = Callable[[Json, Scope], Json]
"""A value (what `$` stands for) and the variables, to what an expression finds there: a value or MISSING."""


def reader(node: Expression | Selection) -> Read:
    """A callable for one expression or selection."""
    if isinstance(node, Selection):
        return selector(node)
    names = member_names(node)
    if names == ():
        return lambda value, _scope: value
    if names is not None:
        return _named(names)
    evaluate = evaluator(node)
    return lambda value, scope: evaluate(value, value, scope)


def member_names(node: Expression | Selection) -> tuple[str, ...] | None:
    """The names of a path that does nothing but step from `$` into members; None for anything else."""
    if not isinstance(node, Path) or not isinstance(node.root, Current) or node.selection is not None:
        return None
    names = tuple(step.name for step in node.steps if isinstance(step, Member))
    return names if len(names) == len(node.steps) else None


def promises_value(node: Expression | Selection) -> bool:
    """Whether it is the service's fault when nothing is found.

    It is not for optional paths (`a?.b`), for variables, and for methods, which tell themselves what they miss.
    """
    match node:
        case Choice():
            return all(promises_value(option) for option in node.options)
        case Path():
            return isinstance(node.root, Current) and all(isinstance(step, Member) for step in node.steps)
        case _:
            return False


def _named(names: tuple[str, ...]) -> Read:
    first, *others = names
    if not others:
        return lambda value, _scope: member(value, first)

    def read(value: Json, _scope: Scope) -> Json:
        for name in names:
            value = value.get(name, MISSING) if value.__class__ is dict else member(value, name)
        return value

    return read
