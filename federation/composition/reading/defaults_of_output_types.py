"""Find defaults of inputs whose type is no input type, for GraphQL's own validation takes for granted that none are."""

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_input_type,
)


def defaults_of_output_types(schema: GraphQLSchema) -> Iterator[GraphQLError]:
    """An error for each."""
    for place, value in _inputs(schema):
        if value.default is not None and not is_input_type(get_named_type(value.type)):
            message = f"{place} must be of an input type, but is of type {value.type}."
            yield GraphQLError(message, value.ast_node)


def _inputs(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLArgument | GraphQLInputField]]:
    for directive in schema.directives:
        for name, argument in directive.args.items():
            yield f"@{directive.name}({name}:)", argument
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            for name, input_field in type_.fields.items():
                yield f"{type_.name}.{name}", input_field
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                for argument_name, argument in field.args.items():
                    yield f"{type_.name}.{name}({argument_name}:)", argument
