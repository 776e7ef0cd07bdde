"""Make of a plain GraphQL service's SDL that of a subgraph: its entities have keys, and lookups give them."""

from collections.abc import Mapping
from typing import TypeVar

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from schemas.connect_links import INTERLACE_LINK
from schemas.problems import Problem, SchemaInvalid, suggest

NodeT = TypeVar("NodeT", ObjectTypeDefinitionNode, FieldDefinitionNode)
LINKS = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"]) '
    f'@link(url: "{INTERLACE_LINK}", import: ["@lookup"])\n\n'
)


def plain_subgraph(sdl: str, lookups: Mapping[str, str], origin: str) -> str:
    """The subgraph's SDL; `lookups` maps fields of the query type to the key by which each gives entities.

    A plain service says nothing of what others may resolve too, so all its types are shareable. Raises SchemaInvalid.
    """
    try:
        document = parse(sdl, no_location=True)
    except GraphQLSyntaxError as error:
        raise SchemaInvalid([Problem(f"not GraphQL: {error.message}", origin)]) from error
    roots = _roots(document)
    query = next((item for item in _objects(document) if item.name.value == roots[0]), None)
    fields = {field.name.value: field for field in (query.fields or () if query else ())}
    problems = [
        Problem(f"lookups.{name}: the query type has no such field.{suggest(name, fields)}", origin)
        for name in lookups
        if name not in fields
    ]
    if problems:
        raise SchemaInvalid(problems)
    keys: dict[str, dict[str, None]] = {}
    for name, key in lookups.items():
        keys.setdefault(_named(fields[name].type), {})[key] = None
    return LINKS + print_ast(visit(document, _Marking(roots, lookups, keys)))


class _Marking(Visitor):
    """Puts `@lookup` on fields, `@key` and `@shareable` on types."""

    def __init__(
        self, roots: tuple[str, ...], lookups: Mapping[str, str], keys: Mapping[str, Mapping[str, None]]
    ) -> None:
        super().__init__()
        self._roots = roots
        self._lookups = lookups
        self._keys = keys

    def leave_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: object) -> ObjectTypeDefinitionNode:
        name = node.name.value
        if name == self._roots[0]:
            return _with(node, fields=tuple(self._field(field) for field in node.fields or ()))
        if name in self._roots:
            return node
        keys = [f'@key(fields: "{key}")' for key in self._keys.get(name, ())]
        return _with(node, directives=(*(node.directives or ()), *_directives([*keys, "@shareable"])))

    def _field(self, node: FieldDefinitionNode) -> FieldDefinitionNode:
        key = self._lookups.get(node.name.value)
        shared = ["@shareable"] if key is None else ["@shareable", f'@lookup(key: "{key}")']
        return _with(node, directives=(*(node.directives or ()), *_directives(shared)))


def _with(node: NodeT, **changes: object) -> NodeT:
    return type(node)(**{**{key: getattr(node, key) for key in node.keys if key != "loc"}, **changes})


def _directives(texts: list[str]) -> tuple[ConstDirectiveNode, ...]:
    definition = parse(f"type T {' '.join(texts)}", no_location=True).definitions[0]
    assert isinstance(definition, ObjectTypeDefinitionNode)
    return tuple(definition.directives or ())


def _objects(document: DocumentNode) -> list[ObjectTypeDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, ObjectTypeDefinitionNode)]


def _roots(document: DocumentNode) -> tuple[str, ...]:
    """The names of the root types, that of queries first."""
    names = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode):
            names.update({item.operation.value: item.type.name.value for item in node.operation_types})
    return tuple(names.values())


def _named(node: TypeNode) -> str:
    return print_ast(node).strip("[]!")
