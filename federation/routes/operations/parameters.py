"""Say from where each variable of an operation comes, given a route's path, its method and what its body is."""

from collections.abc import Iterator

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    value_from_ast_untyped,
)

from federation.operations.operation import Operation
from federation.routes.operations.stored import WITH_BODY, Parameter, Source, is_required, variable_type


def parameters_of(
    operation: Operation, schema: GraphQLSchema, path: tuple[str, ...], method: str, body: str | None
) -> tuple[Parameter, ...]:
    """The parameters for one method; `path` are the names of the path's, `body` the variable that is the whole body."""
    return tuple(each for each in _all(operation, schema, path, method, body) if _can_be_given(each))


def parameter_problems(
    operation: Operation, schema: GraphQLSchema, path: tuple[str, ...], method: str, body: str | None
) -> Iterator[str]:
    """Why requests of a method could not give all that the operation needs."""
    names = {definition.variable.name.value for definition in operation.variables}
    for name in path:
        if name not in names:
            yield f"the operation has no variable ${name}, which the path has"
    if body is not None and body not in names:
        yield f"the operation has no variable ${body} to be the body"
    if operation.kind == "mutation" and method not in WITH_BODY | {"DELETE"}:
        yield f"a mutation must not be run by {method}: list methods such as POST"
    if body is not None and method not in WITH_BODY:
        yield f"a {method} request has no body to be ${body}"
    for parameter in _all(operation, schema, path, method, body):
        if parameter.is_required and not _can_be_given(parameter):
            yield (
                f"${parameter.name} is of type {parameter.type}, which a {parameter.source} cannot give: "
                "take it from a body, by POST, PUT or PATCH"
            )


def _all(
    operation: Operation, schema: GraphQLSchema, path: tuple[str, ...], method: str, body: str | None
) -> Iterator[Parameter]:
    for definition in operation.variables:
        yield _parameter(definition, schema, _source(definition.variable.name.value, path, method, body))


def _source(name: str, path: tuple[str, ...], method: str, body: str | None) -> Source:
    if name in path:
        return "path"
    if method in WITH_BODY and name == body:
        return "body"
    return "member" if method in WITH_BODY and body is None else "query"


def _parameter(definition: VariableDefinitionNode, schema: GraphQLSchema, source: Source) -> Parameter:
    type_ = variable_type(schema, definition)
    default = definition.default_value
    return Parameter(
        definition.variable.name.value,
        type_,
        source,
        is_required(definition, type_),
        None if default is None else value_from_ast_untyped(default),
        default is not None,
    )


def _can_be_given(parameter: Parameter) -> bool:
    """Whether its place can hold values of its type: a path has one text, a query may have several of one name."""
    if parameter.source in {"body", "member"}:
        return True
    if isinstance(get_named_type(parameter.type), GraphQLInputObjectType):
        return False
    inner = get_nullable_type(parameter.type)
    if not isinstance(inner, GraphQLList):
        return True
    return parameter.source == "query" and not isinstance(get_nullable_type(inner.of_type), GraphQLList)
