"""Find where policy directives stand, in a subgraph's SDL and in a supergraph's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    ValueNode,
)
from graphql import value_from_ast_untyped as plain_value

from federation.composition.errors import CompositionError
from federation.composition.reading.federation_words import STANDALONE
from federation.composition.reading.links import read_links
from federation.composition.reading.vocabulary import read_vocabulary
from schemas.policy_words import FEDERATION_WORDS, WORDS

READ = frozenset({*WORDS, *FEDERATION_WORDS})


@dataclass(frozen=True, slots=True)
class PolicyUse:
    """One use of a policy directive at a coordinate: `Type`, `Type.field`, `Type.field(argument:)`.

    `subgraph` is whose it is, empty where a supergraph no longer says.
    """

    word: str
    coordinate: str
    subgraph: str
    values: Mapping[str, ValueNode]
    node: ConstDirectiveNode

    @property
    def line(self) -> int:
        """The line of its document."""
        return self.node.loc.start_token.line if self.node.loc else 0


def subgraph_uses(document: DocumentNode, subgraph: str) -> Iterator[PolicyUse]:
    """The uses in one subgraph's SDL, under the names that its `@link`s give them."""
    ignored: list[CompositionError] = []  # composition says what is wrong with links
    words = read_vocabulary(document, ignored).words
    for coordinate, node in directives_of(document):
        word = words.get(node.name.value, "")
        if word in READ:
            yield PolicyUse(word, coordinate, subgraph, _values(node.arguments), node)


def supergraph_uses(document: DocumentNode) -> Iterator[PolicyUse]:
    """The uses that a supergraph carries: federation's merged, ours as `@join__directive` of each subgraph."""
    ignored: list[CompositionError] = []
    links = read_links(document, ignored)
    words = {link.local_directive(word): word for link in links for word in STANDALONE.get(link.identity, ())}
    names = _graph_names(document)
    for coordinate, node in directives_of(document):
        word = words.get(node.name.value, "")
        if word in FEDERATION_WORDS:
            yield PolicyUse(word, coordinate, "", _values(node.arguments), node)
        elif node.name.value == "join__directive":
            yield from _carried(coordinate, node, names)


def directives_of(document: DocumentNode) -> Iterator[tuple[str, ConstDirectiveNode]]:
    """Every directive on a type, a field, an argument or an input field, with the coordinate."""
    for definition in document.definitions:
        if not isinstance(definition, TypeDefinitionNode | TypeExtensionNode):
            continue
        owner = definition.name.value
        yield from ((owner, node) for node in definition.directives or ())
        for item in getattr(definition, "fields", None) or ():
            assert isinstance(item, FieldDefinitionNode | InputValueDefinitionNode)
            place = f"{owner}.{item.name.value}"
            yield from ((place, node) for node in item.directives or ())
            for argument in item.arguments or () if isinstance(item, FieldDefinitionNode) else ():
                yield from ((f"{place}({argument.name.value}:)", node) for node in argument.directives or ())


def _carried(coordinate: str, node: ConstDirectiveNode, names: Mapping[str, str]) -> Iterator[PolicyUse]:
    values = _values(node.arguments)
    word, inner, graphs = values.get("name"), values.get("args"), values.get("graphs")
    if not isinstance(word, StringValueNode) or word.value not in WORDS:
        return
    arguments = _values(inner.fields) if isinstance(inner, ObjectValueNode) else {}
    for graph in graphs.values if isinstance(graphs, ListValueNode) else ():
        if isinstance(graph, EnumValueNode):
            yield PolicyUse(word.value, coordinate, names.get(graph.value, graph.value), arguments, node)


def _graph_names(document: DocumentNode) -> Mapping[str, str]:
    """What teams call the graphs of `join__Graph`."""
    names: dict[str, str] = {}
    for definition in document.definitions:
        if not isinstance(definition, EnumTypeDefinitionNode) or definition.name.value != "join__Graph":
            continue
        for item in definition.values or ():
            for node in item.directives or ():
                name = _values(node.arguments).get("name")
                if name is not None:
                    names[item.name.value] = str(plain_value(name))
    return names


def _values(nodes: Iterable[object] | None) -> Mapping[str, ValueNode]:
    return {node.name.value: node.value for node in nodes or ()}  # type: ignore[attr-defined]
