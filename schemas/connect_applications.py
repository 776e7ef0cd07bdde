"""Find where `@source`, `@connect` and `@local` are applied, in a subgraph's SDL and in a supergraph's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    ArgumentNode,
    ConstDirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ObjectValueNode,
    OperationType,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)

from schemas.connect_links import WORDS, Dialect, connect_links, schema_directives
from schemas.problems import Problem

FIELD_OWNERS = (
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
)
INPUTS = (InputObjectTypeDefinitionNode, InputObjectTypeExtensionNode)


@dataclass(frozen=True, slots=True)
class Application:
    """One application of a connect word; `coordinate` is `Type`, `Type.field`, or empty on the schema."""

    word: str
    dialect: Dialect
    subgraph: str
    coordinate: str
    arguments: Mapping[str, ValueNode]
    node: Node


@dataclass(slots=True)
class TypeFacts:
    """What checks need to know of one type: its fields, input fields and keys."""

    fields: dict[str, FieldDefinitionNode] = field(default_factory=dict)
    inputs: dict[str, InputValueDefinitionNode] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Applications:
    """All applications in one document, with the types they stand on."""

    origin: str
    types: Mapping[str, TypeFacts]
    roots: Mapping[str, str]
    found: tuple[Application, ...]


def subgraph_applications(document: DocumentNode, name: str, origin: str, problems: list[Problem]) -> Applications:
    """The applications in one subgraph's SDL, under the names that its `@link`s give them."""
    links = connect_links(document, origin, problems)
    words = {local: (word, link.dialect) for link in links for local, word in link.names.items()}
    found = []
    for coordinate, node in _directives(document):
        if node.name.value in words:
            word, dialect = words[node.name.value]
            found.append(Application(word, dialect, name, coordinate, _values(node.arguments), node))
    return Applications(origin, _types(document), _roots(document), tuple(found))


def supergraph_applications(document: DocumentNode, origin: str) -> Applications:
    """The applications that a supergraph carries as `@join__directive`, once for each subgraph they came from."""
    names = _graph_names(document)
    dialects = _supergraph_dialects(document)
    found = []
    for coordinate, node in _directives(document):
        if node.name.value != "join__directive":
            continue
        values = _values(node.arguments)
        word, inner = values.get("name"), values.get("args")
        if not isinstance(word, StringValueNode) or word.value not in WORDS[Dialect.INTERLACE]:
            continue
        arguments = _values(inner.fields) if isinstance(inner, ObjectValueNode) else {}
        for graph in _graphs(values):
            dialect = dialects.get(graph, Dialect.INTERLACE)
            found.append(Application(word.value, dialect, names.get(graph, graph), coordinate, arguments, node))
    return Applications(origin, _types(document), _roots(document), tuple(found))


def _directives(document: DocumentNode) -> Iterator[tuple[str, ConstDirectiveNode]]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from (("", node) for node in definition.directives or ())
        if not isinstance(definition, FIELD_OWNERS):
            continue
        owner = definition.name.value
        yield from ((owner, node) for node in definition.directives or ())
        for item in definition.fields or ():
            yield from ((f"{owner}.{item.name.value}", node) for node in item.directives or ())


def _types(document: DocumentNode) -> Mapping[str, TypeFacts]:
    types: dict[str, TypeFacts] = {}
    for definition in document.definitions:
        if isinstance(definition, INPUTS):
            facts = types.setdefault(definition.name.value, TypeFacts())
            facts.inputs.update({item.name.value: item for item in definition.fields or ()})
        if isinstance(definition, FIELD_OWNERS):
            facts = types.setdefault(definition.name.value, TypeFacts())
            facts.fields.update({item.name.value: item for item in definition.fields or ()})
            facts.keys.extend(_keys(definition.directives or ()))
    return types


def _keys(directives: Iterable[ConstDirectiveNode]) -> Iterator[str]:
    words = {"key": "fields", "federation__key": "fields", "join__type": "key"}
    for node in directives:
        value = _values(node.arguments).get(words.get(node.name.value, ""))
        if isinstance(value, StringValueNode):
            yield value.value


def _roots(document: DocumentNode) -> Mapping[str, str]:
    """The names of the root types, and what each is for."""
    roots = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            for item in definition.operation_types or ():
                operation: OperationType = item.operation
                roots[item.type.name.value] = operation.value
    return roots


def _graph_names(document: DocumentNode) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for definition in document.definitions:
        if definition.kind != "enum_type_definition" or definition.name.value != "join__Graph":  # type: ignore[attr-defined]
            continue
        for item in definition.values or ():  # type: ignore[attr-defined]
            for node in item.directives or ():
                name = _values(node.arguments).get("name")
                if node.name.value == "join__graph" and isinstance(name, StringValueNode):
                    names[item.name.value] = name.value
    return names


def _supergraph_dialects(document: DocumentNode) -> Mapping[str, Dialect]:
    """Whose rules each graph follows, by the `@link` that the supergraph carries for it."""
    dialects: dict[str, Dialect] = {}
    for node in schema_directives(document, "join__directive"):
        values = _values(node.arguments)
        word, inner = values.get("name"), values.get("args")
        if not isinstance(word, StringValueNode) or word.value != "link" or not isinstance(inner, ObjectValueNode):
            continue
        url = _values(inner.fields).get("url")
        text = url.value if isinstance(url, StringValueNode) else ""
        for dialect in Dialect:
            if text.startswith(dialect.value):
                dialects.update(dict.fromkeys(_graphs(values), dialect))
    return dialects


def _graphs(values: Mapping[str, ValueNode]) -> tuple[str, ...]:
    graphs = values.get("graphs")
    items = graphs.values if isinstance(graphs, ListValueNode) else ()
    return tuple(item.value for item in items if isinstance(item, EnumValueNode))


def _values(nodes: Iterable[ArgumentNode | ObjectFieldNode] | None) -> Mapping[str, ValueNode]:
    return {node.name.value: node.value for node in nodes or ()}
