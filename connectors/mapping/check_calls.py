"""Refuse calls of methods that do not exist, or that have too few or too many arguments, when a text is read."""

from difflib import get_close_matches

from connectors.mapping.methods.registry import METHODS
from connectors.mapping.syntax import ListLiteral, MethodCall, Path, Variable

BINDING_METHOD = "as"
PAIRED = frozenset({"match", "matchIf"})


def check_call(call: MethodCall) -> str:
    """What is wrong with this call; empty when nothing is."""
    if call.name == BINDING_METHOD:
        return _check_binding(call)
    method = METHODS.get(call.name)
    if method is None:
        near = get_close_matches(call.name, (*METHODS, BINDING_METHOD), n=1)
        return f"there is no method ->{call.name}" + (f": did you mean ->{near[0]}?" if near else "")
    count = len(call.arguments)
    if count < method.least:
        return f"->{call.name} needs {_arguments(method.least)}, and has {count}"
    if method.most is not None and count > method.most:
        return f"->{call.name} takes at most {_arguments(method.most)}, and has {count}"
    if call.name in PAIRED and not all(_is_pair(argument) for argument in call.arguments):
        return f"every argument of ->{call.name} is a pair, such as ['a', 'A']"
    return ""


def _check_binding(call: MethodCall) -> str:
    first = call.arguments[0] if call.arguments else None
    if isinstance(first, Path) and isinstance(first.root, Variable) and not first.steps and len(call.arguments) <= 2:
        return ""
    return "->as needs the name of a variable, and at most one value for it: ->as($user) or ->as($name, @.name)"


def _is_pair(argument: object) -> bool:
    return isinstance(argument, ListLiteral) and len(argument.items) == 2


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"
