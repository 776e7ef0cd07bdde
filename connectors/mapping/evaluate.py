"""Make expressions and selections callable, for everything that is not worth generated code."""

from collections.abc import Callable
from typing import assert_never

from connectors.mapping.check_calls import BINDING_METHOD
from connectors.mapping.methods.method import Call, Evaluate, ListOf, Method
from connectors.mapping.methods.registry import METHODS
from connectors.mapping.missing import MISSING
from connectors.mapping.scope import Scope
from connectors.mapping.syntax import (
    Choice,
    Current,
    Expression,
    Fallback,
    Item,
    Json,
    ListLiteral,
    Literal,
    Member,
    MethodCall,
    ObjectLiteral,
    Optional,
    Path,
    Selection,
    Step,
    Variable,
)

# One step of a path: (value so far, `$`, scope) to the next value and the scope of the steps after it.
Move = Callable[[Json, Json, Scope], tuple[Json, Scope]]


def evaluator(node: Expression | Selection) -> Evaluate:
    """A callable for one expression or selection: `(current, item, scope)` to a value, or MISSING."""
    match node:
        case Literal():
            return _constant(node.value)
        case ListLiteral():
            return ListOf(tuple(evaluator(item) for item in node.items))
        case ObjectLiteral():
            return _object(tuple((key, evaluator(value)) for key, value in node.members))
        case Choice():
            return _choice(node.fallback, tuple(evaluator(option) for option in node.options))
        case Selection():
            select = selector(node)
            return lambda current, _item, scope: select(current, scope)
        case Path():
            return _path(node)
        case _:
            assert_never(node)


def selector(selection: Selection) -> Callable[[Json, Scope], Json]:
    """A callable that applies a selection to a value: to each item of a list, and to nothing where there is nothing."""
    if selection.sole is not None:
        whole = evaluator(selection.sole)
        return lambda value, scope: whole(value, value, scope)
    entries = tuple((entry.key, evaluator(entry.value)) for entry in selection.entries)

    def select(value: Json, scope: Scope) -> Json:
        if value is None or value is MISSING:
            return value
        if value.__class__ is list:
            return [None if item is None else select(item, scope) for item in value]
        made: dict[str, Json] = {}
        for key, evaluate in entries:
            part = evaluate(value, value, scope)
            if key is not None and part is not MISSING:
                made[key] = part
            elif key is None and part.__class__ is dict:
                made.update(part)
        return made

    return select


def member(value: Json, name: str) -> Json:
    """The member `name` of an object, of each item of a list, and MISSING of anything else."""
    if value.__class__ is dict:
        return value.get(name, MISSING)
    if value.__class__ is list:
        try:
            return [item[name] for item in value]
        except (KeyError, TypeError):
            found = [member(item, name) for item in value]
        return [None if item is MISSING else item for item in found]
    return MISSING


def _constant(value: Json) -> Evaluate:
    return lambda _current, _item, _scope: value


def _object(members: tuple[tuple[str, Evaluate], ...]) -> Evaluate:
    def evaluate(current: Json, item: Json, scope: Scope) -> Json:
        values = ((key, member_value(current, item, scope)) for key, member_value in members)
        return {key: value for key, value in values if value is not MISSING}

    return evaluate


def _choice(fallback: Fallback, options: tuple[Evaluate, ...]) -> Evaluate:
    refused = (MISSING,) if fallback is Fallback.MISSING else (MISSING, None)

    def evaluate(current: Json, item: Json, scope: Scope) -> Json:
        value: Json = MISSING
        for option in options:
            value = option(current, item, scope)
            if not any(value is absent for absent in refused):
                return value
        return value

    return evaluate


def _path(path: Path) -> Evaluate:
    start = _root(path.root)
    moves = tuple(_move(step) for step in path.steps)
    select = selector(path.selection) if path.selection else None
    match path:
        case Path(root=Variable(variable), steps=(Member(name),), selection=None):
            return _variable_member(variable, name)

    def evaluate(current: Json, item: Json, scope: Scope) -> Json:
        value = start(current, item, scope)
        for move in moves:
            if value is MISSING:
                return MISSING
            value, scope = move(value, current, scope)
        return value if select is None else select(value, scope)

    return evaluate


def _variable_member(variable: str, name: str) -> Evaluate:
    """`$args.id` and its like, which stand in most requests."""

    def evaluate(_current: Json, _item: Json, scope: Scope) -> Json:
        return member(scope.variables.get(variable, MISSING), name)

    return evaluate


def _root(root: Current | Item | Variable | Expression) -> Evaluate:
    match root:
        case Current():
            return lambda current, _item, _scope: current
        case Item():
            return lambda _current, item, _scope: item
        case Variable(name):
            return lambda _current, _item, scope: scope.variables.get(name, MISSING)
        case _:
            return evaluator(root)


def _move(step: Step) -> Move:
    match step:
        case Member(name):
            return lambda value, _current, scope: (member(value, name), scope)
        case Optional():
            return lambda value, _current, scope: (MISSING if value is None else value, scope)
        case MethodCall():
            return _binding(step) if step.name == BINDING_METHOD else _method(step)
        case _:
            assert_never(step)


def _binding(call: MethodCall) -> Move:
    target, *values = call.arguments
    assert isinstance(target, Path)  # the parser lets nothing else in
    assert isinstance(target.root, Variable)
    name = target.root.name
    bound = evaluator(values[0]) if values else None

    def move(value: Json, current: Json, scope: Scope) -> tuple[Json, Scope]:
        return value, scope.bind(name, value if bound is None else bound(current, value, scope))

    return move


def _method(call: MethodCall) -> Move:
    method: Method = METHODS[call.name]
    arguments = tuple(evaluator(argument) for argument in call.arguments)

    def move(value: Json, current: Json, scope: Scope) -> tuple[Json, Scope]:
        return method.run(Call(call.name, value, arguments, current, scope)), scope

    return move
