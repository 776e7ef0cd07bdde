"""Merge descriptions: the one that most subgraphs give, the first among equals."""

from collections import Counter

from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import Element


def merge_descriptions(draft: Draft, sources: Sources[Element], merged: Element, place: str) -> None:
    """Describe `merged`; a hint says where subgraphs disagree."""
    counts = Counter(element.description for _, element in sources if element.description)
    if not counts:
        return
    merged.description = counts.most_common(1)[0][0]
    if len(counts) > 1:
        dissenters = [index for index, element in sources if element.description not in {None, "", merged.description}]
        draft.hint("INCONSISTENT_DESCRIPTION", f'"{place}" is described differently in {draft.names(dissenters)}')
