"""Make one Strawberry schema of a module: its roots, its entities, and the directives that its bindings need."""

from types import ModuleType
from typing import Any

from strawberry.exceptions import StrawberryException
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition

from schemas.authoring.check_module import check_module
from schemas.authoring.connect import binding_of, entity_calls_of
from schemas.authoring.definitions import Definitions, definitions_of, is_local, scalars_of
from schemas.authoring.directives import ConnectDirective, LocalDirective, link_directive, source_directive
from schemas.authoring.docstrings import describe
from schemas.authoring.entity_schema import EntitySchema
from schemas.authoring.policy_directives import policy_link
from schemas.authoring.scalars import SCALARS
from schemas.authoring.source import GrpcSource, RestSource
from schemas.problems import Problem, SchemaInvalid


def build_schema(module: ModuleType) -> EntitySchema:
    """The schema of a module that defines `Query`, `Mutation` or entities (classes under `@key`), in any mixture.

    A module may also have its own scalars in `SCALARS`, a mapping of Python types to Strawberry scalars.
    Raises SchemaInvalid with every problem, each with file and line.
    """
    definitions = definitions_of(module)
    origin = module.__file__ or module.__name__
    query, mutation, entities = definitions.root("Query"), definitions.root("Mutation"), definitions.entities
    if not (query or mutation or entities):
        message = "it defines neither Query nor Mutation nor a type under @key: it is no subgraph"
        raise SchemaInvalid([Problem(message, origin)])
    problems = tuple(check_module(definitions))
    if problems:
        raise SchemaInvalid(problems)
    for definition in (*definitions.objects, *definitions.enums):
        describe(definition)
    if definitions.is_bound:
        _add_directives(definitions)
    try:
        return EntitySchema(
            query=query,
            mutation=mutation,
            types=sorted(entities, key=lambda type_: type_.__name__),
            config=StrawberryConfig(scalar_map={**SCALARS, **scalars_of(module)}),
            schema_directives=_schema_directives(definitions),
        )
    except (StrawberryException, TypeError, ValueError) as error:
        raise SchemaInvalid([Problem(str(error), origin)]) from error


def _schema_directives(definitions: Definitions) -> list[Any]:
    """`@link`, and `@source` for every service that gives something, in the order of their first use."""
    links = [policy_link()] if definitions.has_policies else []
    if not definitions.is_bound:
        return links
    sources: dict[RestSource | GrpcSource, None] = {}
    for definition in definitions.objects:
        calls = [binding.declaration for field in definition.fields if (binding := binding_of(field))]
        for call in (*entity_calls_of(definition.origin).values(), *calls):
            sources[call.binding.source] = None
    return [*links, link_directive(), *(source_directive(source) for source in sources)]


def _add_directives(definitions: Definitions) -> None:
    """Add `@connect` to bound entities, and `@local` to what Python gives beside bound fields."""
    for definition in definitions.objects:
        _connect_entity(definition)
        for field in definition.fields:
            if is_local(field) and not any(isinstance(item, LocalDirective) for item in field.directives):
                field.directives = [*field.directives, LocalDirective()]


def _connect_entity(definition: StrawberryObjectDefinition) -> None:
    calls = entity_calls_of(definition.origin)
    if calls:
        others = [item for item in definition.directives or () if not isinstance(item, ConnectDirective)]
        definition.directives = [*others, *(call.directive(definition.origin, {}) for call in calls.values())]
