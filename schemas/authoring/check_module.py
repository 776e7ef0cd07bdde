"""Find what is wrong in a team's classes before a schema is made of them: everything at once, with its line."""

from collections.abc import Iterator

from graphql import FieldNode, GraphQLSyntaxError, OperationDefinitionNode, SelectionNode, SelectionSetNode, parse
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import UNRESOLVED, StrawberryField

from schemas.authoring.class_source import class_source
from schemas.authoring.connect import binding_of, entity_calls_of
from schemas.authoring.definitions import ROOTS, Definitions, is_entity, is_local
from schemas.authoring.derive_mapping import bare_type, graphql_name
from schemas.authoring.load_module import problem_of
from schemas.authoring.local import requirement_of
from schemas.problems import Problem, suggest


def check_module(definitions: Definitions) -> Iterator[Problem]:
    """Every field whose type is unknown, whose binding cannot be derived or whose requirement is wrong."""
    for definition in definitions.objects:
        for field in definition.fields:
            yield from _field_problems(definition, field)
        for name, call in entity_calls_of(definition.origin).items():
            try:
                call.directive(definition.origin, {})
            except Exception as error:  # the declaration is the team's code: whatever it raises is for the team
                yield _problem(error, definition, name)
    for definition in _given_by_services(definitions):
        for field in definition.fields:
            if is_local(field) and not is_entity(definition):
                message = f"Python gets an object by its key, and {definition.name} has none: put @key on it"
                yield place_of(_owner(definition, field), field.python_name, message)


def place_of(class_: type, name: str, message: str) -> Problem:
    """A problem with the attribute or function `name` of a class, at its line."""
    source = class_source(class_)
    text = f"{class_.__name__}.{name}: {message}" if name else f"{class_.__name__}: {message}"
    return Problem(text, source.file, source.line_of(name)) if source else Problem(text, class_.__module__)


def _field_problems(definition: StrawberryObjectDefinition, field: StrawberryField) -> Iterator[Problem]:
    place = _owner(definition, field), field.python_name
    if bare_type(field.type) is UNRESOLVED:
        yield place_of(*place, "its type is not known here: import it, or look at its spelling")
        return
    binding = binding_of(field)
    if binding is not None:
        try:
            binding.directive(field)
        except Exception as error:  # as above
            yield _problem(error, definition, field.python_name)
    requires = requirement_of(field)
    if requires is not None:
        for message in _requirement_problems(definition, requires):
            yield place_of(*place, message)


def _problem(error: Exception, definition: StrawberryObjectDefinition, name: str) -> Problem:
    """At the line from which the error came, if that is the team's; else at that of the field."""
    place = place_of(definition.origin, name, "")
    raised = problem_of(error, place.origin, place.origin)
    text = f"{definition.origin.__name__}.{name}: {raised.message}"
    return Problem(text, place.origin, raised.line or place.line)


def _given_by_services(definitions: Definitions) -> Iterator[StrawberryObjectDefinition]:
    """The types of which calls give objects, however deep these stand in an answer."""
    seen: set[int] = set()
    waiting = [field for item in definitions.objects for field in item.fields if binding_of(field) is not None]
    while waiting:
        definition = getattr(bare_type(waiting.pop().type), "__strawberry_definition__", None)
        if not isinstance(definition, StrawberryObjectDefinition) or id(definition) in seen:
            continue
        seen.add(id(definition))
        yield definition
        waiting.extend(field for field in definition.fields if field.base_resolver is None)


def _owner(definition: StrawberryObjectDefinition, field: StrawberryField) -> type:
    """The class that wrote the field: that of the definition, or one of its bases."""
    return field.origin if isinstance(field.origin, type) else definition.origin


def _requirement_problems(definition: StrawberryObjectDefinition, requires: str) -> Iterator[str]:
    if definition.name in ROOTS or not is_entity(definition):
        yield f"@local(requires=...) needs an entity, and {definition.name} has no key: use @strawberry.field"
        return
    try:
        (operation,) = parse(f"{{ {requires} }}").definitions
    except GraphQLSyntaxError:
        yield f"requires={requires!r} is not a field set, as in 'id name address {{ city }}'"
        return
    assert isinstance(operation, OperationDefinitionNode)
    yield from _unknown_fields(definition, operation.selection_set)


def _unknown_fields(definition: StrawberryObjectDefinition, selections: SelectionSetNode) -> Iterator[str]:
    fields = {graphql_name(field): field for field in definition.fields}
    for node in selections.selections:
        field = fields.get(node.name.value) if isinstance(node, FieldNode) else None
        if field is None:
            name = _text(node)
            yield f"it requires '{name}', which is not a field of {definition.name}.{suggest(name, fields)}"
            continue
        inner = getattr(bare_type(field.type), "__strawberry_definition__", None)
        if isinstance(node, FieldNode) and node.selection_set and isinstance(inner, StrawberryObjectDefinition):
            yield from _unknown_fields(inner, node.selection_set)


def _text(node: SelectionNode) -> str:
    return node.name.value if isinstance(node, FieldNode) else "... on"
