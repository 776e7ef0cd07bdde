"""Hold the bindings of a printed module against its types, and say in the team's own file what is wrong."""

from collections.abc import Iterator
from types import ModuleType

from graphql import DocumentNode, Node, ObjectTypeDefinitionNode, parse
from strawberry.types.base import StrawberryObjectDefinition

from schemas.authoring.check_module import place_of
from schemas.authoring.connect import entity_calls_of
from schemas.authoring.definitions import definitions_of
from schemas.authoring.derive_mapping import graphql_name
from schemas.problems import Problem, SchemaInvalid
from schemas.read_connect import read_connect
from schemas.subgraph import Subgraph


def check_bindings(subgraph: Subgraph, module: ModuleType) -> None:
    """Raise SchemaInvalid with all that read_connect finds, at the lines of the classes and not of the SDL."""
    try:
        read_connect(subgraph)
    except SchemaInvalid as error:
        document = parse(subgraph.sdl)
        definitions = {item.name: item for item in definitions_of(module).objects}
        raise SchemaInvalid(_in_python(problem, document, definitions) for problem in error.problems) from error


def _in_python(problem: Problem, document: DocumentNode, definitions: dict[str, StrawberryObjectDefinition]) -> Problem:
    for type_node in document.definitions:
        if not isinstance(type_node, ObjectTypeDefinitionNode) or not _covers(type_node, problem.line):
            continue
        definition = definitions.get(type_node.name.value)
        if definition is not None:
            name = next(_names(type_node, definition, problem.line), "")
            message = problem.message.removeprefix(f"@connect on {_coordinate(type_node, problem.line)}: ")
            return place_of(definition.origin, name, message)
    return problem


def _names(node: ObjectTypeDefinitionNode, definition: StrawberryObjectDefinition, line: int) -> Iterator[str]:
    """The Python name of the field, or of the entity's call, at a line of the SDL."""
    fields = {graphql_name(field): field.python_name for field in definition.fields}
    for item in node.fields or ():
        if _covers(item, line):
            yield fields.get(item.name.value, item.name.value)
    yield from entity_calls_of(definition.origin)


def _coordinate(node: ObjectTypeDefinitionNode, line: int) -> str:
    field = next((item for item in node.fields or () if _covers(item, line)), None)
    return f"{node.name.value}.{field.name.value}" if field else node.name.value


def _covers(node: Node, line: int) -> bool:
    return node.loc is not None and node.loc.start_token.line <= line <= node.loc.end_token.line
