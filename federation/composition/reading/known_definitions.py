"""A document that defines federation's directives itself defines them as federation does."""

from collections.abc import Iterator

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
)

from federation.composition.errors import CompositionError
from federation.composition.reading.complete_document import vocabulary_text
from federation.composition.reading.read_definitions import DefinitionReader
from federation.composition.reading.vocabulary import Vocabulary
from federation.composition.schema_model import BUILT_IN_SCALARS, DirectiveModel, InputValue, SchemaModel
from federation.composition.type_references import is_list, item, nullable
from federation.composition.values import Unset, print_value, same_value

# Federation 1 documents define the scalar of field sets themselves, under either name.
FIRST_FIELD_SETS = frozenset({"_FieldSet", "FieldSet"})


def check_known_definitions(document: DocumentNode, vocabulary: Vocabulary) -> Iterator[CompositionError]:
    """DIRECTIVE_DEFINITION_INVALID and TYPE_DEFINITION_INVALID, for each difference that matters."""
    expected = DefinitionReader({}).read(parse(vocabulary_text(vocabulary), no_location=True))
    scalars = {node.name.value for node in document.definitions if isinstance(node, ScalarTypeDefinitionNode)}
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode) and node.name.value in expected.types:
            yield from _type_problems(node, vocabulary)
        elif isinstance(node, DirectiveDefinitionNode) and node.name.value in expected.directives:
            found = DefinitionReader({}).read(DocumentNode(definitions=(node,))).directives[node.name.value]
            yield from _directive_problems(expected, found, scalars)


def _type_problems(node: TypeDefinitionNode, vocabulary: Vocabulary) -> Iterator[CompositionError]:
    name = node.name.value
    if name in vocabulary.types.values() and not isinstance(node, ScalarTypeDefinitionNode):
        message = f'Type "{name}" is a scalar of federation: define it as a scalar, or leave its definition out'
        yield CompositionError("TYPE_DEFINITION_INVALID", message)


def _directive_problems(schema: SchemaModel, found: DirectiveModel, scalars: set[str]) -> Iterator[CompositionError]:
    expected = schema.directives[found.name]
    custom = (scalars | schema.types.keys()) - FIRST_FIELD_SETS
    problems = []
    for name, argument in expected.arguments.items():
        if name in found.arguments:
            problems += _argument_problems(argument, found.arguments[name], custom)
        elif argument.is_required:
            problems.append(f'its required argument "{name}" is missing')
    problems += [f'it has no argument "{name}"' for name in found.arguments if name not in expected.arguments]
    if found.repeatable and not expected.repeatable:
        problems.append("it is not repeatable")
    places = [place for place in found.locations if place not in expected.locations]
    if places:
        problems.append(f"it stands on {', '.join(expected.locations)}, but not on {', '.join(places)}")
    for problem in problems:
        message = f'The definition of "@{found.name}" is not federation\'s: {problem}. Correct it, or leave it out'
        yield CompositionError("DIRECTIVE_DEFINITION_INVALID", message)


def _argument_problems(expected: InputValue, found: InputValue, custom: set[str]) -> list[str]:
    # An optional argument may be made mandatory: whoever gives it always is right under both definitions.
    given = found.type if expected.type.endswith("!") else found.type.removesuffix("!")
    if given != expected.type and not _may_stand_for(expected.type, given, custom):
        return [f'its argument "{found.name}" is of type "{expected.type}", not "{found.type}"']
    if not found.type.endswith("!") and not same_value(expected.default, found.default):
        default = "none" if isinstance(expected.default, Unset) else print_value(expected.default)
        return [f'the default value of its argument "{found.name}" is {default}']
    return []


def _may_stand_for(expected: str, found: str, custom: set[str]) -> bool:
    """A custom scalar takes any value, so that any type may take its place, save another custom scalar."""
    if expected.endswith("!"):
        return found.endswith("!") and _may_stand_for(nullable(expected), nullable(found), custom)
    if is_list(expected):
        return is_list(found) and _may_stand_for(item(expected), item(found), custom)
    return expected == found or (expected not in BUILT_IN_SCALARS and found not in custom)
