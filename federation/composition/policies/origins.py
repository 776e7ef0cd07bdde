"""Remember where in the subgraphs' own files policies and fields are written, for messages and the policy matrix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import DocumentNode, FieldDefinitionNode, GraphQLSyntaxError, TypeDefinitionNode, TypeExtensionNode, parse

from federation.composition.policies.uses import PolicyUse, subgraph_uses
from schemas.policy import Origin
from schemas.subgraph import Subgraph


@dataclass(frozen=True, slots=True)
class Origins:
    """`uses` by word, coordinate and subgraph (with none: of all subgraphs); `fields` by coordinate."""

    uses: Mapping[tuple[str, str, str], Origin] = field(default_factory=dict)
    fields: Mapping[str, Origin] = field(default_factory=dict)

    def of(self, use: PolicyUse) -> Origin:
        """Where a use that was found in the supergraph was written."""
        return self.uses.get((use.word, use.coordinate, use.subgraph)) or Origin("supergraph", use.line)

    def of_field(self, coordinate: str) -> Origin:
        """Where a field is defined."""
        return self.fields.get(coordinate, Origin("supergraph"))


def origins_in(subgraphs: Iterable[Subgraph]) -> Origins:
    """The origins of everything in the subgraphs."""
    uses: dict[tuple[str, str, str], Origin] = {}
    fields: dict[str, Origin] = {}
    for subgraph in subgraphs:
        try:
            document = parse(subgraph.sdl)
        except GraphQLSyntaxError:
            continue  # composition says so
        for use in subgraph_uses(document, subgraph.name):
            origin = place_in(subgraph, use.coordinate, use.line)
            uses.setdefault((use.word, use.coordinate, subgraph.name), origin)
            others = uses.get((use.word, use.coordinate, ""))
            if others != origin:
                both = Origin(f"{others} and {origin}") if others else origin
                uses[use.word, use.coordinate, ""] = both
        for coordinate, line in _fields(document):
            fields.setdefault(coordinate, place_in(subgraph, coordinate, line))
    return Origins(uses, fields)


def place_in(subgraph: Subgraph, coordinate: str, line: int) -> Origin:
    """Where something of a subgraph is written: in its Python file, where its SDL was printed from one."""
    if coordinate in subgraph.places:
        return Origin(*subgraph.places[coordinate])
    return Origin(subgraph.origin or f"subgraph '{subgraph.name}'", 0 if subgraph.places else line)


def _fields(document: DocumentNode) -> Iterable[tuple[str, int]]:
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode | TypeExtensionNode):
            for item in getattr(definition, "fields", None) or ():
                if isinstance(item, FieldDefinitionNode) and item.name.loc:
                    yield f"{definition.name.value}.{item.name.value}", item.name.loc.start_token.line
