"""Which directives of subgraphs travel into the supergraph, under which name, and how uses of them are merged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from federation.composition.schema_model import Applied
from federation.composition.values import Value

ArgumentMerger = Callable[[list[Value]], Value]


@dataclass(frozen=True, slots=True)
class ComposedDirective:
    """One directive that travels; `word` is what federation calls it, if it is one of its own.

    `mergers` give, for each argument, the value that stands for differing ones.
    """

    name: str
    word: str = ""
    repeatable: bool = False
    mergers: Mapping[str, ArgumentMerger] | None = None


@dataclass(frozen=True, slots=True)
class ComposedDirectives:
    """Looks a use of a directive up: by federation's word, by GraphQL's name, or by what its subgraph composes.

    `custom` holds names by subgraph: what one composes may be another's own affair under the same name.
    """

    words: Mapping[str, ComposedDirective]
    names: Mapping[str, ComposedDirective]
    custom: Mapping[tuple[int, str], ComposedDirective]

    def find(self, subgraph: int, applied: Applied) -> ComposedDirective | None:
        """How the directive travels from the subgraph of this index; None when it stays there."""
        if applied.word:
            return self.words.get(applied.word)
        return self.custom.get((subgraph, applied.name)) or self.names.get(applied.name)
