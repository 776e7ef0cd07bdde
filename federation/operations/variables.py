"""Coerce a request's variables to what the operation declares (GraphQL specification, section 6.1.2)."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema, VariableDefinitionNode
from graphql.execution.values import get_variable_values

from federation.operations.errors import VariablesInvalid

MOST_PROBLEMS = 20


def coerce_variables(
    schema: GraphQLSchema,
    definitions: tuple[VariableDefinitionNode, ...],
    values: Mapping[str, Any],
    *,
    hide_suggestions: bool = False,
) -> dict[str, Any]:
    """The values to execute with; a variable that was not given and has no default is absent.

    With `hide_suggestions` errors name nothing of the schema but what the client wrote.
    Raises VariablesInvalid, whose extensions list every problem.
    """
    if not definitions:
        return {}
    result = get_variable_values(
        schema, definitions, dict(values), max_errors=MOST_PROBLEMS, hide_suggestions=hide_suggestions
    )
    if isinstance(result, list):
        first = result[0]
        locations = tuple((place.line, place.column) for place in first.locations or ())
        problems = [error.message for error in result]
        raise VariablesInvalid(first.message, locations=locations, extensions={"problems": problems})
    return dict(result.coerced)
