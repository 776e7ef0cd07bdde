"""Merge the definitions of directives that clients write in operations: what every subgraph understands."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.merge_arguments import merge_arguments
from federation.composition.merging.merge_descriptions import merge_descriptions
from federation.composition.schema_model import BUILT_IN_DIRECTIVES, DirectiveModel, Field

EXECUTABLE = (
    "QUERY",
    "MUTATION",
    "SUBSCRIPTION",
    "FIELD",
    "FRAGMENT_DEFINITION",
    "FRAGMENT_SPREAD",
    "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION",
)


def merge_executable_directives(draft: Draft) -> None:
    """Add the directives that all subgraphs define, at the places where all of them allow them."""
    found: dict[str, Sources[DirectiveModel]] = {}
    for index, subgraph in enumerate(draft.subgraphs):
        for directive in subgraph.schema.directives.values():
            if directive.name not in BUILT_IN_DIRECTIVES and any(place in EXECUTABLE for place in directive.locations):
                found.setdefault(directive.name, []).append((index, directive))
    for name in sorted(found.keys() - draft.schema.directives.keys()):
        _merge(draft, name, found[name])


def _merge(draft: Draft, name: str, sources: Sources[DirectiveModel]) -> None:
    if len(sources) < len(draft.subgraphs):
        missing = set(range(len(draft.subgraphs))) - {index for index, _ in sources}
        draft.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            f'Directive "@{name}" is not in the supergraph: {draft.names(sorted(missing))} does not define it',
        )
        return
    locations = tuple(place for place in EXECUTABLE if all(place in directive.locations for _, directive in sources))
    if not locations:
        draft.hint(
            "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
            f'Directive "@{name}" is not in the supergraph: there is no place where all subgraphs allow it',
        )
        return
    if any(
        {place for place in directive.locations if place in EXECUTABLE} != set(locations) for _, directive in sources
    ):
        draft.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
            f'Directive "@{name}" is allowed at different places; the supergraph allows it on {", ".join(locations)}',
        )
    if len({directive.repeatable for _, directive in sources}) > 1:
        draft.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
            f'Directive "@{name}" is repeatable in some subgraphs only; it is not in the supergraph',
        )
    merged = DirectiveModel(name, locations=locations, repeatable=all(directive.repeatable for _, directive in sources))
    draft.schema.directives[name] = merged
    merge_descriptions(draft, [*sources], merged, f"@{name}")
    fields = [(index, Field(directive.name, arguments=directive.arguments)) for index, directive in sources]
    merge_arguments(draft, fields, merged, lambda argument: f"@{name}({argument}:)")
