"""The values of a field's arguments in one request."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLField, Undefined, value_from_ast

from federation.operations.operation import OperationField


def argument_values(field: OperationField, definition: GraphQLField, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The coerced values by their names, defaults among them; an argument that is not given and has none is absent."""
    given = {argument.name: argument.value for argument in field.arguments}
    values: dict[str, Any] = {}
    for name, argument in definition.args.items():
        value = value_from_ast(given[name], argument.type, dict(variables)) if name in given else Undefined
        if value is Undefined:
            value = _default(argument)
        if value is not Undefined:
            values[name] = value
    return values


def _default(argument: Any) -> Any:
    default = argument.default
    if default is None:
        return Undefined
    if default.literal is not None:
        return value_from_ast(default.literal, argument.type)
    return default.value
