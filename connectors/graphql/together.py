"""Ask for the entities of several fetches in one call, with an `_entities` for each that has any."""

from collections.abc import Mapping, Sequence

from connectors.graphql.grouped_call import MOST_TEXTS, GroupedCall
from connectors.graphql.print_operation import print_entity_groups, representations_variable
from connectors.protocol import Fetch, Json


class TogetherOperations:
    """The operations of fetches that go together, one for each choice of those that have entities."""

    def __init__(self, fetches: Sequence[Fetch]) -> None:
        self._fetches = tuple(fetches)
        self.variables = tuple(
            {item.variable.name.value: item for fetch in self._fetches for item in fetch.variables}.values()
        )
        self._representations = representations_variable(self.variables)
        self._texts: dict[tuple[int, ...], str] = {}

    def call(self, representations: Sequence[Mapping[str, Json]], counts: Sequence[int]) -> GroupedCall:
        """Ask for the representations, of which each fetch has so many."""
        variables: dict[str, Json] = {}
        groups: dict[str, Sequence[int]] = {}
        start = 0
        for count in counts:
            if count:
                key = f"_{len(groups)}"
                groups[key] = range(start, start + count)
                variables[f"{self._representations}{key}"] = representations[start : start + count]
                start += count
        asked = tuple(number for number, count in enumerate(counts) if count)
        return GroupedCall(self._text(asked), variables, groups)

    def _text(self, asked: tuple[int, ...]) -> str:
        text = self._texts.get(asked)
        if text is None:
            fetches = [self._fetches[number] for number in asked]
            named = {item.variable.name.value for fetch in fetches for item in fetch.variables}
            variables = [item for item in self.variables if item.variable.name.value in named]
            text = print_entity_groups(self._representations, variables, (), [fetch.selections for fetch in fetches])
            if len(self._texts) < MOST_TEXTS:
                self._texts[asked] = text
        return text
