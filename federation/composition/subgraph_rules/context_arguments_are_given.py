"""An argument from a context stands where it can be filled, and every object that sets the context can fill it."""

from collections.abc import Iterator

from graphql import FieldNode, GraphQLSyntaxError, InlineFragmentNode, SelectionSetNode

from federation.composition.contexts import ContextUse, context_use
from federation.composition.errors import CompositionError
from federation.composition.field_roles import FieldRoles, fields_of
from federation.composition.schema_model import Field, InputValue, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.type_references import is_non_null, is_subtype, named, nullable
from federation.composition.values import Unset
from schemas.supergraph import TypeKind


def context_arguments_are_given(subgraph: SubgraphSchema, _: FieldRoles) -> Iterator[CompositionError]:
    """CONTEXT_NOT_SET, NO_CONTEXT_IN_SELECTION, CONTEXT_NO_RESOLVABLE_KEY and CONTEXT_INVALID_SELECTION."""
    for directive in subgraph.schema.directives.values():
        for argument in directive.arguments.values():
            if argument.has("fromContext"):
                message = f'"@{directive.name}({argument.name}:)" cannot come from a context: only fields can use one'
                yield CompositionError("CONTEXT_NOT_SET", message)
    for type_, field in fields_of(subgraph.schema):
        for argument in field.arguments.values():
            if argument.has("fromContext"):
                yield from _problems(subgraph, type_, field, argument)


def _problems(
    subgraph: SubgraphSchema, type_: TypeModel, field: Field, argument: InputValue
) -> Iterator[CompositionError]:
    place = f"{type_.name}.{field.name}({argument.name}:)"
    misplaced = _misplaced(subgraph, type_, field, argument)
    if misplaced is not None:
        yield CompositionError("CONTEXT_NOT_SET", f'"{place}" cannot come from a context: {misplaced}')
        return
    if not any(key.arguments.get("resolvable", True) for key in type_.uses("key")):
        message = f'"{type_.name}" needs a resolvable @key, for "{place}" comes from a context: add one'
        yield CompositionError("CONTEXT_NO_RESOLVABLE_KEY", message)
    use = context_use(argument)
    if use is None:
        message = f'@fromContext on "{place}" must name a context and what to select there: "$name {{ field }}"'
        yield CompositionError("NO_CONTEXT_IN_SELECTION", message)
        return
    origins = [
        other
        for other in subgraph.schema.types.values()
        if any(applied.arguments.get("name") == use.context for applied in other.uses("context"))
    ]
    if not origins:
        message = f'"{place}" comes from the context "{use.context}", which no type sets: add @context to one'
        yield CompositionError("CONTEXT_NOT_SET", message)
    for origin in origins:
        problem = _selection_problem(subgraph, origin, use, argument)
        if problem is not None:
            message = f'"{place}" cannot be filled from the context "{use.context}" of "{origin.name}": {problem}'
            yield CompositionError("CONTEXT_INVALID_SELECTION", message)


def _misplaced(subgraph: SubgraphSchema, type_: TypeModel, field: Field, argument: InputValue) -> str | None:
    if type_.kind is TypeKind.INTERFACE:
        return f'"{type_.name}" is an interface'
    for name in type_.interfaces:
        if subgraph.field(name, field.name) is not None:
            return f'the field implements "{name}.{field.name}"'
    return None if isinstance(argument.default, Unset) else "it has a default value"


def _selection_problem(
    subgraph: SubgraphSchema, origin: TypeModel, use: ContextUse, argument: InputValue
) -> str | None:
    """Why the selection cannot fill the argument from this type."""
    try:
        selection = use.parsed()
    except GraphQLSyntaxError as error:
        return f"it is not a selection: {error.message}"
    if subgraph.is_interface_object(origin.name):
        return "it is an interface object"
    alternatives = list(_alternatives(subgraph, origin, selection))
    if not alternatives:
        return "no fragment is on this type"
    for parent, part in alternatives:
        found = _selected_type(subgraph, parent, part)
        if isinstance(found, ValueError):
            return str(found)
        if not is_subtype(found, argument.type, subgraph.schema.is_kind_of):
            return f'what is selected is of type "{found}", not "{argument.type}"'
    return None


def _alternatives(
    subgraph: SubgraphSchema, parent: TypeModel, selection: SelectionSetNode
) -> Iterator[tuple[TypeModel, SelectionSetNode]]:
    """The selections that can apply to objects of a type: the fragments on it, or what stands there without any."""
    fragments = [node for node in selection.selections if isinstance(node, InlineFragmentNode)]
    if not fragments:
        yield parent, selection
    for fragment in fragments:
        name = parent.name if fragment.type_condition is None else fragment.type_condition.name.value
        found = subgraph.type(name)
        if found is not None and (name == parent.name or subgraph.schema.is_kind_of(name, parent.name)):
            yield found, fragment.selection_set


def _selected_type(subgraph: SubgraphSchema, parent: TypeModel, selection: SelectionSetNode) -> str | ValueError:
    """The type of the one value that a selection gives, null wherever something on the way may be null."""
    nodes = tuple(selection.selections)
    if len(nodes) != 1 or not isinstance(nodes[0], FieldNode):
        return ValueError("it must select exactly one field")
    return _field_type(subgraph, parent, nodes[0])


def _field_type(subgraph: SubgraphSchema, parent: TypeModel, node: FieldNode) -> str | ValueError:
    name = node.name.value
    field = parent.fields.get(name)
    if node.alias is not None or node.directives:
        return ValueError("it cannot have aliases or directives")
    if field is None:
        return ValueError(f'"{parent.name}" has no field "{name}"')
    target = subgraph.type(named(field.type))
    is_composite = target is not None and target.is_composite
    if target is None or not is_composite or node.selection_set is None:
        if is_composite != (node.selection_set is not None):
            return ValueError(f'"{parent.name}.{name}" is of type "{field.type}": select down to one plain value')
        return field.type
    inner = _selected_type(subgraph, target, node.selection_set)
    if isinstance(inner, ValueError):
        return inner
    found = nullable(field.type).replace(named(field.type), nullable(inner) if "[" not in field.type else inner)
    return f"{found}!" if is_non_null(field.type) and is_non_null(inner) and "[" not in field.type else found
