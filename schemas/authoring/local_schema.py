"""Make the schema that the local connector runs of a team's module."""

from types import ModuleType

from graphql import GraphQLSchema

from schemas.authoring.build_schema import build_schema
from schemas.authoring.load_module import load_module


def local_schema(module: ModuleType | str) -> GraphQLSchema:
    """The runnable schema of a module, given itself, by its dotted name or by its file.

    Resolvers run in this process; a field that is bound to a service refuses to run here. Entities are made of what a
    representation carries. `info.context` has to be a schemas.authoring.local.ResolverContext.
    Raises SchemaInvalid with every problem, each with file and line.
    """
    schema = build_schema(load_module(module) if isinstance(module, str) else module)
    return schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema that graphql-core runs
