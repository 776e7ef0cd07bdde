"""Merge the uses of directives on one element into the supergraph's."""

from federation.composition.merging.composed_directives import ComposedDirective
from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import Applied, Element
from federation.composition.values import Value, arguments_key, print_arguments

Uses = list[tuple[int, dict[str, Value]]]


def merge_directives(draft: Draft, sources: Sources[Element], merged: Element, place: str) -> None:
    """Give `merged` every use of a directive that travels, each only once."""
    found: dict[str, tuple[ComposedDirective, Uses]] = {}
    for index, element in sources:
        for applied in element.directives:
            composed = draft.composed.find(index, applied)
            if composed is not None:
                arguments = _in_supergraph(draft, index, applied)
                found.setdefault(composed.name, (composed, []))[1].append((index, arguments))
    for composed, uses in found.values():
        distinct = {arguments_key(arguments): arguments for _, arguments in reversed(uses)}
        if composed.repeatable or len(distinct) == 1:
            ordered = dict.fromkeys(arguments_key(arguments) for _, arguments in uses)
            merged.directives.extend(Applied(composed.name, composed.word, distinct[key]) for key in ordered)
        else:
            merged.directives.append(Applied(composed.name, composed.word, _one_of(draft, composed, uses, place)))


def _in_supergraph(draft: Draft, index: int, applied: Applied) -> dict[str, Value]:
    """A context belongs to its subgraph: its name there says so."""
    name = applied.arguments.get("name")
    if applied.word == "context" and isinstance(name, str):
        return {"name": f"{draft.subgraphs[index].name}__{name}"}
    return applied.arguments


def _one_of(draft: Draft, composed: ComposedDirective, uses: Uses, place: str) -> dict[str, Value]:
    """The arguments that stand for differing ones: merged where the directive says how, else the most frequent."""
    if composed.mergers:
        draft.hint(
            "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
            f'@{composed.name} is used on "{place}" with different arguments, which are merged',
        )
        merged: dict[str, Value] = {}
        for name, merger in composed.mergers.items():
            value = merger([arguments.get(name) for _, arguments in uses])
            if value is not None:
                merged[name] = value
        return merged
    counts: dict[str, int] = {}
    for _, arguments in uses:
        counts[arguments_key(arguments)] = counts.get(arguments_key(arguments), 0) + 1
    usual = max(counts, key=lambda key: counts[key])
    chosen = next(arguments for _, arguments in uses if arguments_key(arguments) == usual)
    draft.hint(
        "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        f'@{composed.name} is used on "{place}" with different arguments; the supergraph has '
        f"@{composed.name}{print_arguments(chosen)}",
    )
    return chosen
