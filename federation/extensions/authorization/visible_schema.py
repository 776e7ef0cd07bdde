"""Introspection shows what the caller may see: the schema without what guards deny them whatever they ask."""

from collections.abc import Iterator

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    parse,
    print_schema,
)

from federation.extensions.authorization.authorize import caller_of
from federation.extensions.authorization.evaluate import Facts, passes
from federation.identity import Identity
from federation.made_once import MadeOnce
from federation.workshop import Workshop
from schemas.policy import MeetsPolicies, Mode, PolicyTable
from schemas.role_inclusion import RoleInclusion

MOST_VIEWS = 64


class VisibleSchema:
    """The view of each caller; callers who see the same share one."""

    def __init__(self, table: PolicyTable, schema: GraphQLSchema, roles: RoleInclusion) -> None:
        self._table = table
        self._schema = schema
        self._roles = roles
        self._made: MadeOnce[frozenset[str], GraphQLSchema] = MadeOnce(MOST_VIEWS, Workshop(threads=1))

    async def schema(self, identity: Identity, deadline: float | None = None) -> GraphQLSchema:
        """The schema without the fields that the caller is denied, and without types to which nothing leads any more.

        What depends on arguments, objects or the team's functions is shown. Raises Overloaded when a view that is new
        is not made by the deadline (the loop's time).
        """
        hidden = frozenset(self._hidden(identity))
        if not hidden:
            return self._schema
        made = self._made.find(hidden)
        return made or await self._made.make(hidden, lambda: without_fields(self._schema, hidden), deadline)

    def _hidden(self, identity: Identity) -> Iterator[str]:
        facts = Facts(caller_of(identity, self._roles))
        for coordinate, policy in self._table.fields.items():
            for guard in policy.guards:
                enforced = guard.mode is Mode.ENFORCE and not isinstance(guard, MeetsPolicies)
                if enforced and passes(guard, facts) is False and "$args" not in getattr(guard, "text", ""):
                    yield coordinate
                    break


def without_fields(schema: GraphQLSchema, hidden: frozenset[str]) -> GraphQLSchema:
    """The schema without the fields, types that have none left, and types to which nothing leads."""
    roots = {type_.name for type_ in (schema.query_type, schema.mutation_type) if type_ is not None}
    definitions = [
        _without(item, hidden) if isinstance(item, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) else item
        for item in parse(print_schema(schema), no_location=True).definitions
    ]
    while True:
        kept = _reachable(definitions, roots)
        left = [
            _trimmed(item, kept)
            for item in definitions
            if not isinstance(item, TypeDefinitionNode) or item.name.value in kept
        ]
        if len(left) == len(definitions):
            return build_ast_schema(DocumentNode(definitions=tuple(left)), assume_valid=True)
        definitions = left


def _stays(definition: DefinitionNode, kept: set[str]) -> bool:
    return not isinstance(definition, TypeDefinitionNode) or definition.name.value in kept


def _without(
    definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, hidden: frozenset[str]
) -> ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode:
    owner = definition.name.value
    return _with_fields(
        definition, tuple(item for item in definition.fields or () if f"{owner}.{item.name.value}" not in hidden)
    )


def _with_fields(
    definition: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
    fields: tuple[FieldDefinitionNode, ...],
    interfaces: tuple[NamedTypeNode, ...] | None = None,
) -> ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode:
    return type(definition)(
        description=definition.description,
        name=definition.name,
        interfaces=definition.interfaces if interfaces is None else interfaces,
        directives=definition.directives,
        fields=fields,
    )


def _trimmed(definition: DefinitionNode, kept: set[str]) -> DefinitionNode:
    """The definition without mention of types that are gone."""
    match definition:
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            fields = tuple(item for item in definition.fields or () if named(item.type) in kept)
            interfaces = tuple(item for item in definition.interfaces or () if item.name.value in kept)
            return _with_fields(definition, fields, interfaces)
        case UnionTypeDefinitionNode():
            return UnionTypeDefinitionNode(
                description=definition.description,
                name=definition.name,
                directives=definition.directives,
                types=tuple(item for item in definition.types or () if item.name.value in kept),
            )
        case _:
            return definition


def _reachable(definitions: list[DefinitionNode], roots: set[str]) -> set[str]:
    """The types to which fields lead from the roots, and that have something to show themselves."""
    types = {item.name.value: item for item in definitions if isinstance(item, TypeDefinitionNode)}
    shown = {name for name, item in types.items() if name in roots or _has_parts(item)}
    found: set[str] = set(BUILT_IN)
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found or name not in shown:
            continue
        found.add(name)
        waiting.extend(_mentioned(types[name]))
        if isinstance(types[name], InterfaceTypeDefinitionNode):
            waiting.extend(other for other, item in types.items() if name in _interfaces(item))
    return found


BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def _has_parts(definition: TypeDefinitionNode) -> bool:
    match definition:
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            return bool(definition.fields)
        case UnionTypeDefinitionNode():
            return bool(definition.types)
        case _:
            return True


def _mentioned(definition: TypeDefinitionNode) -> Iterator[str]:
    match definition:
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            yield from _interfaces(definition)
            for item in definition.fields or ():
                yield named(item.type)
                yield from (named(argument.type) for argument in item.arguments or ())
        case UnionTypeDefinitionNode():
            yield from (item.name.value for item in definition.types or ())
        case InputObjectTypeDefinitionNode():
            fields: tuple[InputValueDefinitionNode, ...] = tuple(definition.fields or ())
            yield from (named(item.type) for item in fields)
        case _:
            return


def _interfaces(definition: TypeDefinitionNode) -> Iterator[str]:
    if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        yield from (item.name.value for item in definition.interfaces or ())


def named(node: TypeNode) -> str:
    """The name of the type inside lists and non-nulls."""
    while not isinstance(node, NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]
    return node.name.value
