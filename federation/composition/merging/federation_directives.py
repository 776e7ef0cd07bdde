"""The federation directives that subgraphs use and that travel into the supergraph, under their own specifications."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graphql import DirectiveDefinitionNode, parse

from federation.composition.merging.argument_mergers import MERGERS
from federation.composition.merging.composed_directives import ComposedDirective
from federation.composition.reading.federation_words import TYPES, WORDS
from federation.composition.reading.read_definitions import DefinitionReader
from federation.composition.schema_model import Applied, DirectiveModel, Element, SchemaModel, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.values import EnumName, Value
from schemas.supergraph import TypeKind


@dataclass(frozen=True, slots=True)
class Specification:
    """A specification as the supergraph links it: its version, what it is for, and the directives that it defines."""

    version: str
    words: tuple[str, ...]
    types: tuple[str, ...] = ()
    purpose: str | None = "SECURITY"


SPECIFICATIONS: Mapping[str, Specification] = MappingProxyType(
    {
        "tag": Specification("v0.3", ("tag",), purpose=None),
        "inaccessible": Specification("v0.2", ("inaccessible",)),
        "authenticated": Specification("v0.1", ("authenticated",)),
        "requiresScopes": Specification("v0.1", ("requiresScopes",), ("Scope",)),
        "policy": Specification("v0.1", ("policy",), ("Policy",)),
        "context": Specification("v0.1", ("context", "fromContext"), ("ContextFieldValue",)),
        "cost": Specification("v0.1", ("cost", "listSize"), purpose=None),
    }
)


def compose_federation_directives(
    subgraphs: tuple[SubgraphSchema, ...], schema: SchemaModel
) -> dict[str, ComposedDirective]:
    """Link in `schema` the specifications of the directives that subgraphs use, and define what they define.

    Gives each directive that travels, by its word.
    """
    used = {applied.word for subgraph in subgraphs for applied in applications(subgraph.schema) if applied.word}
    used |= {"context"} if "fromContext" in used else set()
    used.discard("fromContext")  # it becomes an argument of @join__field
    composed: dict[str, ComposedDirective] = {}
    for name, specification in SPECIFICATIONS.items():
        words = [word for word in specification.words if word in used]
        if words:
            names = {word: _name(subgraphs, name, word, is_used=word in words) for word in specification.words}
            _link(schema, name, specification, {word: names[word] for word in words})
            for word in specification.words:
                _define(schema, name, word, names[word])
                composed[word] = ComposedDirective(names[word], word, WORDS[word].repeatable, MERGERS.get(word))
            for type_ in specification.types:
                schema.types[f"{name}__{type_}"] = TypeModel(f"{name}__{type_}", kind=TypeKind.SCALAR)
    return {word: found for word, found in composed.items() if word in used}


def applications(schema: SchemaModel) -> Iterator[Applied]:
    """Every use of a directive in a schema."""
    for element in _elements(schema):
        yield from element.directives


def _elements(schema: SchemaModel) -> Iterator[Element]:
    yield schema.schema
    for type_ in schema.types.values():
        yield type_
        yield from type_.inputs.values()
        yield from type_.values.values()
        for field in type_.fields.values():
            yield field
            yield from field.arguments.values()
    for directive in schema.directives.values():
        yield from directive.arguments.values()


def _name(subgraphs: tuple[SubgraphSchema, ...], specification: str, word: str, *, is_used: bool) -> str:
    """The name that subgraphs gave the directive by renaming it, else its own name in its own specification."""
    own = word if word == specification else f"{specification}__{word}"
    if not is_used:
        return own
    local = {
        applied.name
        for subgraph in subgraphs
        for applied in applications(subgraph.schema)
        if applied.word == word and "__" not in applied.name
    }
    return local.pop() if len(local) == 1 else own


def _link(schema: SchemaModel, name: str, specification: Specification, names: Mapping[str, str]) -> None:
    arguments: dict[str, Value] = {"url": f"https://specs.apollo.dev/{name}/{specification.version}"}
    imports: list[Value] = []
    for word, local in names.items():
        if local == word == name or local == f"{name}__{word}":
            continue
        imports.append(f"@{word}" if local == word else {"name": f"@{word}", "as": f"@{local}"})
    if imports:
        arguments["import"] = tuple(imports)
    if specification.purpose is not None:
        arguments["for"] = EnumName(specification.purpose)
    schema.schema.directives.append(Applied("link", arguments=arguments))


def _define(schema: SchemaModel, specification: str, word: str, name: str) -> None:
    types = {type_: f"{specification}__{type_}" for type_ in TYPES}
    text = WORDS[word].definition(name, types, (2, 9))
    document = parse(text, no_location=True)
    if isinstance(document.definitions[0], DirectiveDefinitionNode):
        found: dict[str, DirectiveModel] = DefinitionReader({}).read(document).directives
        schema.directives.update(found)
