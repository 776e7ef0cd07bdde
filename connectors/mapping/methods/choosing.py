"""Methods that choose or replace a value: echo, match, matchIf."""

from collections.abc import Iterator

from connectors.mapping.methods.logic import truthy
from connectors.mapping.methods.method import Call, Evaluate, ListOf, Method, same
from connectors.mapping.syntax import Json


def _echo(call: Call) -> Json:
    return call.argument(0)


def _match(call: Call) -> Json:
    """The second of the first pair whose first equals the value; `[@, ...]` equals every value."""
    for candidate, result in _pairs(call):
        if same(candidate(call.current, call.value, call.scope), call.value):
            return result(call.current, call.value, call.scope)
    return call.fail("has no pair for the value it met: add a last pair [@, ...] for all others")


def _match_if(call: Call) -> Json:
    """The second of the first pair whose first holds."""
    for condition, result in _pairs(call):
        if truthy(condition(call.current, call.value, call.scope)):
            return result(call.current, call.value, call.scope)
    return call.fail("has no pair that holds for the value it met: add a last pair [true, ...]")


def _pairs(call: Call) -> Iterator[tuple[Evaluate, Evaluate]]:
    for argument in call.arguments:
        assert isinstance(argument, ListOf)  # the parser lets only pairs in
        yield argument.items[0], argument.items[1]


CHOOSING = {
    "echo": Method(_echo, 1, 1),
    "match": Method(_match, 1, None),
    "matchIf": Method(_match_if, 1, None),
}
