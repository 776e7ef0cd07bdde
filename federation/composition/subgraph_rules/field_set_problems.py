"""What can be wrong with any field set: its argument, its syntax, fields that are not there."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import FieldNode, GraphQLSyntaxError, InlineFragmentNode, SelectionSetNode

from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles
from federation.composition.field_sets import field_set_text, parse_field_set
from federation.composition.schema_model import BUILT_IN_DIRECTIVES, Applied, Field, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import named
from federation.composition.values import print_arguments


@dataclass(frozen=True, slots=True)
class FieldSet:
    """One use of a directive with a field set: `place` is where it stands, `type_name` what it selects on."""

    applied: Applied
    place: str
    type_name: str

    @property
    def words(self) -> str:
        """How messages call it: `On type "User", @key(fields: "id")`."""
        return f"{self.place}, @{self.applied.word}{print_arguments(self.applied.arguments)}"

    def error(self, suffix: str, message: str) -> CompositionError:
        """An error whose code says which directive it is about: `KEY_INVALID_FIELDS`."""
        return CompositionError(f"{self.applied.word.upper()}_{suffix}", f"{self.words}: {message}")


def well_formed(
    subgraph: SubgraphSchema, field_set: FieldSet, errors: list[CompositionError]
) -> SelectionSetNode | None:
    """The selection, if it can be read and the subgraph defines all that it names; else the reasons in `errors`."""
    text = field_set_text(field_set.applied)
    if text is None:
        errors.append(field_set.error("INVALID_FIELDS_TYPE", 'the argument "fields" must be a string'))
        return None
    try:
        selection = parse_field_set(text)
    except GraphQLSyntaxError as error:
        errors.append(field_set.error("INVALID_FIELDS", f"it is not a selection: {error.message}"))
        return None
    problem = next(_problems(subgraph, field_set.type_name, selection), None)
    if problem is not None:
        errors.append(field_set.error("INVALID_FIELDS", problem))
        return None
    return selection


def _problems(subgraph: SubgraphSchema, type_name: str, selection: SelectionSetNode) -> Iterator[str]:
    parent = subgraph.type(type_name)
    for node in selection.selections:
        match node:
            case FieldNode():
                yield from _field_problems(subgraph, parent, node)
            case InlineFragmentNode():
                condition = node.type_condition
                inner = condition.name.value if condition is not None else type_name
                found = subgraph.type(inner)
                if found is None or not found.is_composite:
                    yield f'this subgraph has no type "{inner}" with fields'
                else:
                    yield from _problems(subgraph, inner, node.selection_set)
            case _:
                yield "a field set has no named fragments"


def _field_problems(subgraph: SubgraphSchema, parent: TypeModel | None, node: FieldNode) -> Iterator[str]:
    name = node.name.value
    if node.alias is not None:
        yield f'"{node.alias.value}" is an alias, and a field set has none'
    if name == "__typename":
        return
    field = parent.fields.get(name) if parent is not None else None
    if parent is None or field is None:
        owner = f'"{parent.name}"' if parent is not None else "the type"
        yield f'{owner} has no field "{name}" in this subgraph: correct its name, or add it and mark it @external'
        return
    yield from _argument_problems(f"{parent.name}.{name}", field, node)
    target = subgraph.type(named(field.type))
    is_composite = target is not None and target.is_composite
    if is_composite and node.selection_set is None:
        yield f'"{parent.name}.{name}" is of type "{field.type}": say in braces which of its fields'
    elif not is_composite and node.selection_set is not None:
        yield f'"{parent.name}.{name}" is of type "{field.type}", which has no fields to select'
    elif node.selection_set is not None:
        yield from _problems(subgraph, named(field.type), node.selection_set)


def _argument_problems(place: str, field: Field, node: FieldNode) -> Iterator[str]:
    given = {argument.name.value for argument in node.arguments or ()}
    for argument in field.arguments.values():
        if argument.is_required and argument.name not in given:
            yield f'"{place}({argument.name}:)" is required, but not given'
    for name in sorted(given - field.arguments.keys()):
        yield f'"{place}" has no argument "{name}"'


def directive_problems(
    subgraph: SubgraphSchema, field_set: FieldSet, selection: SelectionSetNode
) -> Iterator[CompositionError]:
    """An error for each directive anywhere in a selection: field sets have none."""
    for node in selection.selections:
        for directive in node.directives or ():
            name = directive.name.value
            known = (
                name in BUILT_IN_DIRECTIVES or name in subgraph.schema.directives or name in subgraph.vocabulary.words
            )
            suffix = "DIRECTIVE_IN_FIELDS_ARG" if known else "INVALID_FIELDS"
            yield field_set.error(suffix, f"remove @{name}: a field set has no directives in it")
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            yield from directive_problems(subgraph, field_set, node.selection_set)


def selected_fields(
    subgraph: SubgraphSchema, type_name: str, selection: SelectionSetNode
) -> Iterator[tuple[TypeModel, Field]]:
    """Every field that a well-formed selection names, with the type that it is selected on."""
    parent = subgraph.type(type_name)
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = condition.name.value if condition is not None else type_name
            yield from selected_fields(subgraph, inner, node.selection_set)
        elif isinstance(node, FieldNode) and parent is not None and node.name.value in parent.fields:
            field = parent.fields[node.name.value]
            yield parent, field
            if node.selection_set is not None:
                yield from selected_fields(subgraph, named(field.type), node.selection_set)


def fields_that_are_not_external(
    subgraph: SubgraphSchema, roles: FieldRoles, type_name: str, selection: SelectionSetNode
) -> Iterator[tuple[TypeModel, Field]]:
    """The leaves of a selection that neither are external nor stand below something external."""
    parent = subgraph.type(type_name)
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = condition.name.value if condition is not None else type_name
            yield from fields_that_are_not_external(subgraph, roles, inner, node.selection_set)
        elif isinstance(node, FieldNode) and parent is not None and node.name.value in parent.fields:
            field = parent.fields[node.name.value]
            if _is_external_somewhere(subgraph, roles, parent, field.name, is_leaf=node.selection_set is None):
                continue
            if node.selection_set is None:
                yield parent, field
            else:
                yield from fields_that_are_not_external(subgraph, roles, named(field.type), node.selection_set)


def _is_external_somewhere(
    subgraph: SubgraphSchema, roles: FieldRoles, parent: TypeModel, name: str, *, is_leaf: bool
) -> bool:
    """An object field of an interface counts as external where it is so in one implementation."""
    if roles.is_external(parent.name, name):
        return True
    return not is_leaf and any(
        roles.is_external(other.name, name) for other in subgraph.schema.implementations(parent.name)
    )
