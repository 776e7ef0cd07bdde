"""Flatten fragments and merge fields, so that planning sees each thing once.

Conditions move from fragments down to fields; type conditions that always hold disappear, with those that never hold
goes what they guard (GraphQL specification, section 6.3.2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from federation.operations.operation import INTROSPECTION_FIELDS, OperationField, OperationFragment, OperationSelection
from schemas.selection import Argument, Condition

Conditions: TypeAlias = tuple[Condition, ...]


def normalise(
    schema: GraphQLSchema,
    root: GraphQLObjectType,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> tuple[OperationSelection, ...]:
    """The root selections of a valid operation in normal form."""
    return _Normaliser(schema, fragments).selections(root, [(operation.selection_set, ())])


@dataclass(slots=True)
class _Gathered:
    """Nodes of one field that merge: same key, same conditions, same parent."""

    node: FieldNode
    sets: list[tuple[SelectionSetNode, Conditions]] = field(default_factory=list)


# What a selection set holds, in the order of first mention: fields by (key, conditions), fragments by type.
_Members: TypeAlias = dict[tuple[str, Conditions] | str, "_Gathered | list[tuple[SelectionSetNode, Conditions]]"]


class _Normaliser:
    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._possible: dict[str, frozenset[str]] = {}

    def selections(
        self, parent: GraphQLCompositeType, sets: list[tuple[SelectionSetNode, Conditions]]
    ) -> tuple[OperationSelection, ...]:
        members: _Members = {}
        for selection_set, conditions in sets:
            self._gather(parent, selection_set, conditions, members)
        return tuple(self._made(parent, members))

    def _made(self, parent: GraphQLCompositeType, members: _Members) -> Iterator[OperationSelection]:
        for where, member in members.items():
            if isinstance(member, _Gathered):
                yield self._field(parent, where[0], where[1], member)  # type: ignore[arg-type]
                continue
            name = cast(str, where)
            inner = self.selections(cast(GraphQLCompositeType, self._schema.type_map[name]), member)
            if inner:
                yield OperationFragment(name, inner)

    def _gather(
        self, parent: GraphQLCompositeType, selection_set: SelectionSetNode, outer: Conditions, members: _Members
    ) -> None:
        for node in selection_set.selections:
            conditions = _conditions(node, outer)
            if conditions is None:
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                gathered = cast(_Gathered, members.setdefault((key, conditions), _Gathered(node)))
                if node.selection_set:
                    gathered.sets.append((node.selection_set, ()))
                continue
            on, inner = self._fragment(parent, cast(FragmentSpreadNode | InlineFragmentNode, node))
            if on is parent or (is_abstract_type(on) and self._schema.is_sub_type(on, parent)):
                self._gather(parent, inner, conditions, members)
            elif self._types(on) & self._types(parent):
                held = cast(list[tuple[SelectionSetNode, Conditions]], members.setdefault(on.name, []))
                held.append((inner, conditions))

    def _fragment(
        self, parent: GraphQLCompositeType, node: FragmentSpreadNode | InlineFragmentNode
    ) -> tuple[GraphQLCompositeType, SelectionSetNode]:
        if isinstance(node, FragmentSpreadNode):
            definition = self._fragments[node.name.value]
            on = self._schema.type_map[definition.type_condition.name.value]
            return cast(GraphQLCompositeType, on), definition.selection_set
        if node.type_condition is None:
            return parent, node.selection_set
        return cast(GraphQLCompositeType, self._schema.type_map[node.type_condition.name.value]), node.selection_set

    def _field(
        self, parent: GraphQLCompositeType, key: str, conditions: Conditions, gathered: _Gathered
    ) -> OperationField:
        node = gathered.node
        kind = self._field_type(parent, node.name.value)
        named = get_named_type(kind)
        inner: tuple[OperationSelection, ...] = ()
        if is_composite_type(named) and not named.name.startswith("__"):
            inner = self.selections(named, gathered.sets)
        return OperationField(
            key=key,
            name=node.name.value,
            parent_type=parent.name,
            type=kind,
            arguments=tuple(Argument(item.name.value, item.value) for item in node.arguments or ()),
            selections=inner,
            conditions=conditions,
        )

    def _field_type(self, parent: GraphQLCompositeType, name: str) -> GraphQLOutputType:
        if name == "__typename":
            return GraphQLNonNull(GraphQLString)
        if name in INTROSPECTION_FIELDS:
            return cast(GraphQLField, self._schema.get_field(parent, name)).type
        return cast(GraphQLOutputType, cast(GraphQLObjectType | GraphQLInterfaceType, parent).fields[name].type)

    def _types(self, named: GraphQLCompositeType) -> frozenset[str]:
        """The object types that a value of the type can have."""
        if named.name not in self._possible:
            if is_abstract_type(named):
                names = frozenset(item.name for item in self._schema.get_possible_types(named))
            else:
                names = frozenset({named.name})
            self._possible[named.name] = names
        return self._possible[named.name]


def _conditions(node: object, outer: Conditions) -> Conditions | None:
    """The conditions under which the node is selected; None when it never is."""
    found = list(outer)
    for directive in getattr(node, "directives", None) or ():
        if directive.name.value not in {"skip", "include"}:
            continue
        negated = directive.name.value == "skip"
        value = directive.arguments[0].value
        if isinstance(value, BooleanValueNode):
            if value.value == negated:
                return None
        elif isinstance(value, VariableNode):
            condition = Condition(value.name.value, negated)
            if Condition(condition.variable, not negated) in found:
                return None
            if condition not in found:
                found.append(condition)
    return tuple(sorted(found, key=lambda item: (item.variable, item.negated)))
