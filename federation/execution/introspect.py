"""Answer `__schema` and `__type` from the API schema."""

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, GraphQLSchema, execute_sync


def introspect(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the document's introspection fields by their response keys; it holds no others."""
    result = execute_sync(schema, document, variable_values=dict(variables))
    return result.data or {}
