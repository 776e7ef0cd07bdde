"""Carry the directives of connectors and policies into the supergraph as they are, each for its own subgraph.

`@join__directive(graphs: [USERS], name: "connect", args: {...})` keeps what a subgraph wrote out of the way of
everyone who does not read them.
"""

from collections.abc import Iterator

from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Applied, Element
from federation.composition.values import EnumName, Value
from schemas import policy_words
from schemas.connect_links import SPECIFICATION, WORDS, Dialect

CARRIED = frozenset({*WORDS[Dialect.INTERLACE], *policy_words.WORDS})


def carry_directives(draft: Draft) -> None:
    """Put every use of a connect or policy word, and the links that they come from, on merged elements."""
    for index, subgraph in enumerate(draft.subgraphs):
        if not subgraph.vocabulary.literal_words:
            continue
        links = [link.arguments for link in subgraph.vocabulary.links if _is_carried(link.url)]
        draft.schema.schema.directives.extend(_joined(draft, index, "link", arguments) for arguments in links)
        for merged, element in _pairs(draft, index):
            merged.directives.extend(
                _joined(draft, index, applied.word, applied.arguments)
                for applied in element.directives
                if applied.word in CARRIED
            )


def _is_carried(url: str) -> bool:
    return bool(SPECIFICATION.fullmatch(url) or policy_words.SPECIFICATION.fullmatch(url))


def _joined(draft: Draft, index: int, name: str, arguments: dict[str, Value]) -> Applied:
    graphs = (EnumName(draft.graph_names[index]),)
    return Applied("join__directive", arguments={"graphs": graphs, "name": name, "args": arguments})


def _pairs(draft: Draft, index: int) -> Iterator[tuple[Element, Element]]:
    """Each merged element with the subgraph's own."""
    schema = draft.subgraphs[index].schema
    yield draft.schema.schema, schema.schema
    for type_ in schema.types.values():
        merged = draft.schema.types.get(type_.name)
        if merged is None:
            continue
        yield merged, type_
        for field in type_.fields.values():
            if field.name in merged.fields:
                yield merged.fields[field.name], field
