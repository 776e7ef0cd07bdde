"""Whoever may see a field may see what it requires: for guards of every kind, wherever they are written.

What composition says of Federation's own directives (`required_fields_are_allowed`) is said there of SDL alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    StringValueNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from federation.composition.errors import CompositionError
from federation.composition.field_sets import parse_field_set
from federation.composition.policies.implied_guards import are_implied, seen_from
from federation.composition.policies.origins import Origins
from federation.composition.policies.read_uses import origin_text
from federation.composition.policies.uses import directives_of
from schemas.policy import Guard
from schemas.read_connect import Bindings
from schemas.role_inclusion import NO_INCLUSION, RoleInclusion


@dataclass(frozen=True, slots=True)
class RequiredGuards:
    """The rule for one supergraph; `schema` has every field, `guards_of` those of a field of a type."""

    schema: GraphQLSchema
    guards_of: Callable[[GraphQLObjectType | GraphQLInterfaceType, str, GraphQLField], tuple[Guard, ...]]
    origins: Origins
    inclusion: RoleInclusion = NO_INCLUSION

    def problems(self, required: Iterable[tuple[str, str]]) -> Iterator[CompositionError]:
        """MISSING_TRANSITIVE_AUTH_REQUIREMENTS, for each guarded field that one with weaker guards requires.

        `required` are the fields that require something, each with the field set of what it requires.
        """
        for coordinate, text in required:
            owner, _, name = coordinate.partition(".")
            type_ = self.schema.type_map.get(owner)
            if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) or name not in type_.fields:
                continue
            own = self.guards_of(type_, name, type_.fields[name])
            for needed, guard, path in self._needed(type_, parse_field_set(text), ()):
                if not are_implied(own, seen_from(guard, path), self.inclusion):
                    yield self._problem(coordinate, own, needed, guard)

    def _problem(self, coordinate: str, own: tuple[Guard, ...], needed: str, guard: Guard) -> CompositionError:
        where = self.origins.of_field(coordinate)
        asks = f"asks for less ({origin_text(each.origin for each in own)})" if own else "is not guarded"
        return CompositionError(
            "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
            f"{where}: {coordinate} requires {needed}, which {guard.origin} guards, and {asks}: "
            f"repeat that guard on {coordinate}",
        )

    def _needed(
        self, owner: object, selection: SelectionSetNode, path: tuple[str, ...] | None
    ) -> Iterator[tuple[str, Guard, tuple[str, ...] | None]]:
        """Every guard of a selected field, and the way to the object that has the field; None through a list."""
        for node in selection.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = owner if condition is None else self.schema.type_map.get(condition.name.value)
                yield from self._needed(inner, node.selection_set, path)
            elif isinstance(node, FieldNode) and isinstance(owner, GraphQLObjectType | GraphQLInterfaceType):
                yield from self._of_field(owner, node, path)

    def _of_field(
        self, owner: GraphQLObjectType | GraphQLInterfaceType, node: FieldNode, path: tuple[str, ...] | None
    ) -> Iterator[tuple[str, Guard, tuple[str, ...] | None]]:
        field = owner.fields.get(node.name.value)
        if field is None:
            return
        for guard in self.guards_of(owner, node.name.value, field):
            yield f"{owner.name}.{node.name.value}", guard, path
        if node.selection_set is not None:
            is_list = is_list_type(get_nullable_type(field.type))
            inner = None if is_list or path is None else (*path, node.name.value)
            yield from self._needed(get_named_type(field.type), node.selection_set, inner)


def required_fields(document: DocumentNode, bindings: Bindings) -> Iterator[tuple[str, str]]:
    """Fields of a supergraph, with the field sets that they require: by `@requires`, `$this` or a resolver."""
    for coordinate, node in directives_of(document):
        if node.name.value == "join__field":
            for argument in node.arguments or ():
                if argument.name.value == "requires" and isinstance(argument.value, StringValueNode):
                    yield coordinate, argument.value.value
    for connect in bindings.connects:
        if connect.key is not None and not connect.entity and "." in connect.coordinate:
            yield connect.coordinate, connect.key
    for local in bindings.local_fields:
        if local.requires is not None:
            yield local.coordinate, local.requires
