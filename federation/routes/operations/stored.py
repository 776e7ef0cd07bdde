"""An operation that is run by a route, and from where its variables come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from graphql import (
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
    is_input_type,
    type_from_ast,
)

from federation.operations.operation import Operation

WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
# The value of this name stands for the body as a whole.
Source: TypeAlias = Literal["path", "query", "member", "body"]
Shape: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One variable: its type in the schema, whether a request must give it, and where it stands."""

    name: str
    type: GraphQLInputType
    source: Source
    is_required: bool
    default: Any = None
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class StoredOperation:
    """A text that is parsed and found right, with the parameters of each method (upper case).

    `shape` is what becomes of the data, which is sent as it is without one. Where it does no more than take a member
    of a member, `way` has their names, else it is None. Where it may be `partial`, data beside errors is an answer.
    """

    text: str
    operation: Operation
    parameters: Mapping[str, tuple[Parameter, ...]]
    shape: Shape | None = None
    way: tuple[str, ...] | None = ()
    partial: bool = False


def variable_type(schema: GraphQLSchema, definition: VariableDefinitionNode) -> GraphQLInputType:
    """The type of a variable of an operation that is valid."""
    found = type_from_ast(schema, definition.type)
    assert found is not None
    assert is_input_type(found)
    return found


def is_required(definition: VariableDefinitionNode, type_: GraphQLInputType) -> bool:
    """Whether there is no operation without a value for the variable."""
    return isinstance(type_, GraphQLNonNull) and definition.default_value is None
