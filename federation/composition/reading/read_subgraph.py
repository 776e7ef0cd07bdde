"""Read one subgraph's SDL into the model, with everything that is wrong with it as GraphQL."""

from dataclasses import dataclass

from graphql import DocumentNode, GraphQLError, GraphQLSchema, GraphQLSyntaxError, build_ast_schema, parse
from graphql.type import validate_schema
from graphql.validation.validate import validate_sdl

from federation.composition.errors import CompositionError, in_subgraph
from federation.composition.reading.complete_document import complete_document
from federation.composition.reading.defaults_of_output_types import defaults_of_output_types
from federation.composition.reading.enum_defaults import write_enum_defaults
from federation.composition.reading.known_definitions import check_known_definitions
from federation.composition.reading.read_definitions import DefinitionReader
from federation.composition.reading.root_types import rename_root_types
from federation.composition.reading.values_fit_their_types import values_fit_their_types
from federation.composition.reading.vocabulary import (
    OPERATION_FIELDS,
    OPERATION_TYPES,
    Vocabulary,
    read_vocabulary,
)
from federation.composition.schema_model import SchemaModel, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.values import NumberTooLarge
from schemas.subgraph import Subgraph


@dataclass(frozen=True, slots=True)
class ReadSubgraph:
    """What was read; `subgraph` is None when `errors`, each of which names it, leave nothing to go on with."""

    subgraph: SubgraphSchema | None
    errors: tuple[CompositionError, ...] = ()


def read_subgraph(subgraph: Subgraph) -> ReadSubgraph:
    """The subgraph's schema in federation's words, or every reason why its SDL is not one."""
    try:
        return _read_subgraph(subgraph)
    except NumberTooLarge as error:
        return ReadSubgraph(None, in_subgraph(subgraph.name, [CompositionError("INVALID_GRAPHQL", str(error))]))


def _read_subgraph(subgraph: Subgraph) -> ReadSubgraph:
    errors: list[CompositionError] = []
    try:
        document = parse(subgraph.sdl)
    except GraphQLSyntaxError as error:
        return ReadSubgraph(None, in_subgraph(subgraph.name, [_invalid(error)]))
    vocabulary = read_vocabulary(document, errors)
    if not errors:
        errors.extend(check_known_definitions(document, vocabulary))
    if not errors:
        errors.extend(_errors_as_graphql(document, vocabulary))
    if errors:
        return ReadSubgraph(None, in_subgraph(subgraph.name, errors))
    schema = DefinitionReader(vocabulary.words).read(document)
    remove_machinery(schema, vocabulary)
    write_enum_defaults(schema)
    errors.extend(rename_root_types(schema))
    read = SubgraphSchema(subgraph.name, subgraph.url, schema, vocabulary)
    return ReadSubgraph(read, in_subgraph(subgraph.name, errors))


def _errors_as_graphql(document: DocumentNode, vocabulary: Vocabulary) -> list[CompositionError]:
    complete = complete_document(document, vocabulary)
    found = validate_sdl(complete)
    if found:
        return [_invalid(error) for error in found]
    schema: GraphQLSchema = build_ast_schema(complete, assume_valid_sdl=True)
    misplaced = [_invalid(error) for error in defaults_of_output_types(schema)]
    if misplaced:
        return misplaced
    errors = [_invalid(error) for error in validate_schema(schema) if not _is_lawful(error)]
    return errors + list(values_fit_their_types(DefinitionReader({}).read(complete)))


def _is_lawful(error: GraphQLError) -> bool:
    """Whether federation, or a rule of ours, allows what GraphQL alone does not.

    A subgraph needs no queries of its own. Default values have a rule of ours, for enum values may be strings.
    """
    return any(
        words in error.message
        for words in ("Query root type must be provided", "Type Query must", "has invalid default value")
    )


def _invalid(error: GraphQLError) -> CompositionError:
    place = error.locations[0] if error.locations else None
    where = f"line {place.line}, column {place.column}: " if place else ""
    return CompositionError("INVALID_GRAPHQL", f"{where}{error.message}")


def remove_machinery(schema: SchemaModel, vocabulary: Vocabulary) -> None:
    """Take out what federation defines itself: its directives, its scalars, `_service`, `_entities`."""
    machinery = OPERATION_TYPES | set(vocabulary.types.values())
    machinery |= {f"{vocabulary.link_name}__Import", f"{vocabulary.link_name}__Purpose"}
    for name in machinery & schema.types.keys():
        del schema.types[name]
    for name in {*vocabulary.words, vocabulary.link_name} & schema.directives.keys():
        del schema.directives[name]
    # Every subgraph has a query, if only `_service`: the fields go, the type stays.
    root = schema.roots.setdefault("query", "Query")
    query = schema.types.setdefault(root, TypeModel(root))
    for name in OPERATION_FIELDS & query.fields.keys():
        del query.fields[name]
