"""What federation's directives say of a subgraph that its plain schema does not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_operation_ast,
    parse,
)

from tests.conformance.features.executable_schema import Key, directive_on, field_set, keys_of, read_definitions


class Laws:
    """The keys, requirements, provisions and external fields of one subgraph."""

    def __init__(self, sdl: str, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.keys: dict[str, list[Key]] = {}
        self.requires: dict[str, SelectionSetNode] = {}
        self._provides: dict[str, SelectionSetNode] = {}
        self._external: set[str] = set()
        self._identifying: set[str] = set()
        for type_name, nodes in read_definitions(sdl).items():
            for node in nodes:
                self.keys.setdefault(type_name, []).extend(keys_of(node))
                for field in getattr(node, "fields", None) or ():
                    self._learn(f"{type_name}.{field.name.value}", node, field)
        for type_name, keys in self.keys.items():
            for key in keys:
                self._identify(type_name, key.fields)

    def _learn(self, coordinate: str, owner: Any, field: Any) -> None:
        if directive_on(field, "external") or directive_on(owner, "external"):
            self._external.add(coordinate)
        for name, found in (("requires", self.requires), ("provides", self._provides)):
            directive = directive_on(field, name)
            if directive is not None:
                found[coordinate] = field_set(directive.arguments[0].value.value)

    def _identify(self, type_name: str, fields: SelectionSetNode) -> None:
        for node in fields.selections:
            if isinstance(node, FieldNode):
                self._identifying.add(f"{type_name}.{node.name.value}")
                kind = self._schema.type_map[type_name]
                assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
                if node.selection_set:
                    self._identify(get_named_type(kind.fields[node.name.value].type).name, node.selection_set)

    def broken_by(self, text: str) -> Iterator[str]:
        """External fields that are asked for where nothing provides them."""
        document = parse(text)
        operation = get_operation_ast(document)
        assert isinstance(operation, OperationDefinitionNode)
        fragments = {item.name.value: item for item in document.definitions if isinstance(item, FragmentDefinitionNode)}
        root = self._schema.get_root_type(operation.operation)
        yield from _Walk(self, self._schema, fragments).go(operation.selection_set, root, [])

    def provided_below(self, coordinate: str, inherited: Sequence[SelectionSetNode]) -> list[SelectionSetNode]:
        name = coordinate.partition(".")[2]
        own = self._provides.get(coordinate)
        below = [node.selection_set for node in _fields(inherited) if node.name.value == name and node.selection_set]
        return below if own is None else [own, *below]

    def is_resolved(self, coordinate: str, provided: Sequence[SelectionSetNode]) -> bool:
        if coordinate not in self._external or coordinate in self._identifying:
            return True
        name = coordinate.partition(".")[2]
        return any(node.name.value == name for node in _fields(provided))


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through an operation, and knows what is provided on the way."""

    laws: Laws
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def go(self, selections: SelectionSetNode, owner: Any, provided: list[SelectionSetNode]) -> Iterator[str]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield from self._field(node, owner, provided)
                continue
            fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode)
            condition = fragment.type_condition
            inner = self.schema.type_map[condition.name.value] if condition else owner
            yield from self.go(fragment.selection_set, inner, provided)

    def _field(self, node: FieldNode, owner: Any, provided: list[SelectionSetNode]) -> Iterator[str]:
        name = node.name.value
        if name.startswith("__"):
            return
        coordinate = f"{owner.name}.{name}"
        if not self.laws.is_resolved(coordinate, provided):
            yield f"{coordinate} is external, and nothing provides it here"
        if node.selection_set:
            below = self.laws.provided_below(coordinate, provided)
            yield from self.go(node.selection_set, get_named_type(owner.fields[name].type), below)


def _fields(sets: Sequence[SelectionSetNode]) -> Iterator[FieldNode]:
    """The fields of field sets, whatever type condition they stand under."""
    for selections in sets:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from _fields([node.selection_set])
