"""Add to a document the federation definitions that it uses without defining them, so that it is a schema by itself."""

from functools import lru_cache

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    Visitor,
    parse,
    visit,
)
from graphql.language.visitor import REMOVE, VisitorAction

from federation.composition.reading.federation_words import OLDEST, STANDALONE, WORDS
from federation.composition.reading.vocabulary import Vocabulary

DEFINITION_OF: dict[type, type[TypeDefinitionNode]] = {
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
    ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
}


def complete_document(document: DocumentNode, vocabulary: Vocabulary) -> DocumentNode:
    """The document with what federation and `@link` define, each type defined once.

    Without the directives of connectors and policies: those take literal values of any shape, which whoever reads
    connectors or policies checks.
    """
    if vocabulary.literal_words:
        document = visit(document, _WithoutDirectives(vocabulary.literal_words))
    definitions = (*_with_definitions(document), *_missing(document, vocabulary))
    return DocumentNode(definitions=definitions)


class _WithoutDirectives(Visitor):
    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names = names

    def enter_directive(self, node: ConstDirectiveNode, *_: object) -> VisitorAction:
        return REMOVE if node.name.value in self.names else None

    def enter_directive_definition(self, node: DirectiveDefinitionNode, *_: object) -> VisitorAction:
        return REMOVE if node.name.value in self.names else None


def _with_definitions(document: DocumentNode) -> list[DefinitionNode]:
    """Federation lets a subgraph extend a type that only others define; GraphQL wants a definition."""
    defined = {node.name.value for node in document.definitions if isinstance(node, TypeDefinitionNode)}
    result: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            parts = {key: getattr(node, key) for key in node.keys if key != "kind"}
            result.append(DEFINITION_OF[type(node)](**parts))
        else:
            result.append(node)
    return result


def _missing(document: DocumentNode, vocabulary: Vocabulary) -> list[DefinitionNode]:
    types = {node.name.value for node in document.definitions if isinstance(node, TypeDefinitionNode)}
    directives = {node.name.value for node in document.definitions if isinstance(node, DirectiveDefinitionNode)}
    return [
        node
        for node in _definitions(vocabulary_text(vocabulary))
        if (isinstance(node, TypeDefinitionNode) and node.name.value not in types)
        or (isinstance(node, DirectiveDefinitionNode) and node.name.value not in directives)
    ]


@lru_cache(maxsize=64)
def _definitions(text: str) -> tuple[DefinitionNode, ...]:
    return parse(text, no_location=True).definitions


def vocabulary_text(vocabulary: Vocabulary) -> str:
    """The definitions of every federation directive and type under the document's names for them, as SDL."""
    version = vocabulary.version or OLDEST
    link = vocabulary.link_name
    arguments = f"url: String, as: String, for: {link}__Purpose, import: [{link}__Import]"
    lines = [
        f"directive @{link}({arguments}) repeatable on SCHEMA",
        f"scalar {link}__Import",
        f"enum {link}__Purpose {{ SECURITY EXECUTION }}",
    ]
    types = dict(vocabulary.types)
    for item in vocabulary.links:
        for word in STANDALONE.get(item.identity, ()):
            for name in {"requiresScopes": ("Scope",), "policy": ("Policy",)}.get(word, ()):
                types.setdefault(name, item.local_type(name))
    lines += [f"scalar {local}" for local in dict.fromkeys(types.values())]
    for local, word in vocabulary.words.items():
        if local not in vocabulary.literal_words:
            lines.append(WORDS[word].definition(local, types, version))
    return "\n".join(lines)
