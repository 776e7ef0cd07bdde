"""Conditions of ownership read what is there: fields of the object, arguments of the field."""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)

from schemas.conditions import Variable, variables_of
from schemas.policy import FieldPolicy, Owns
from schemas.problems import suggest


def check_conditions(schema: GraphQLSchema, policies: Mapping[str, FieldPolicy]) -> Iterator[str]:
    """Everything that a condition reads and that is not there."""
    for coordinate, policy in policies.items():
        owner, _, name = coordinate.partition(".")
        type_ = schema.type_map[owner]
        # What an interface asks for is what its implementations do: it is looked at there.
        if not isinstance(type_, GraphQLObjectType):
            continue
        for guard in policy.guards:
            if isinstance(guard, Owns):
                for variable in variables_of(guard.when):
                    problem = _problem(type_, name, variable)
                    if problem:
                        yield f"{guard.origin}: {coordinate}: {problem}"


def _problem(type_: GraphQLObjectType, name: str, variable: Variable) -> str:
    if variable.scope == "args":
        arguments = {} if name == "__typename" else type_.fields[name].args
        if variable.path[0] not in arguments:
            return f"{variable} is no argument of the field.{suggest(variable.path[0], arguments)}"
    if variable.scope == "this":
        return _path_problem(type_, variable)
    return ""


def _path_problem(type_: GraphQLObjectType | GraphQLInterfaceType, variable: Variable) -> str:
    at: GraphQLOutputType = type_
    for step in variable.path:
        if not isinstance(at, GraphQLObjectType | GraphQLInterfaceType) or step not in at.fields:
            known = at.fields if isinstance(at, GraphQLObjectType | GraphQLInterfaceType) else {}
            return f"{variable}: {at} has no field '{step}'.{suggest(step, known)}"
        field = at.fields[step]
        if any(is_required_argument(argument) for argument in field.args.values()):
            return f"{variable}: the field '{step}' needs arguments, so that its value is not one"
        at = get_nullable_type(field.type)
    return "" if is_leaf_type(at) else f"{variable} is {at}, and not one value: go on to a field of it"
