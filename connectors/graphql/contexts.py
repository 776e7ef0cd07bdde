"""Ask for entities that differ in what they take from contexts: in one call, an `_entities` for each set of values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import orjson
from graphql import NameNode, VariableNode

from connectors.graphql.grouped_call import MOST_TEXTS, GroupedCall
from connectors.graphql.print_operation import print_entity_groups, representations_variable
from connectors.protocol import Fetch, Json
from schemas.selection import Argument, Field, Selection


class ContextOperations:
    """The operations of one fetch, one for each number of groups."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._names = tuple(variable.name for variable in fetch.contexts)
        self._representations = representations_variable(fetch.variables)
        self._texts: dict[int, str] = {}

    def call(self, representations: Sequence[Mapping[str, Json]], values: Sequence[Mapping[str, Json]]) -> GroupedCall:
        """Ask for the representations, each with its values."""
        positions: dict[bytes, list[int]] = {}
        for position, taken in enumerate(values):
            positions.setdefault(orjson.dumps(taken), []).append(position)
        variables: dict[str, Json] = {}
        groups: dict[str, Sequence[int]] = {}
        for number, members in enumerate(positions.values()):
            groups[f"_{number}"] = members
            variables[f"{self._representations}_{number}"] = [representations[position] for position in members]
            for name in self._names:
                variables[f"{name}_{number}"] = values[members[0]][name]
        return GroupedCall(self._text(len(groups)), variables, groups)

    def _text(self, count: int) -> str:
        text = self._texts.get(count)
        if text is None:
            definitions = [
                f"${item.name}_{number}:{item.type}" for number in range(count) for item in self._fetch.contexts
            ]
            selections = [tuple(self._numbered(self._fetch.selections, number)) for number in range(count)]
            text = print_entity_groups(self._representations, self._fetch.variables, definitions, selections)
            if len(self._texts) < MOST_TEXTS:
                self._texts[count] = text
        return text

    def _numbered(self, selections: Iterable[Selection], number: int) -> Iterable[Selection]:
        """The selections with the variables of one group."""
        for item in selections:
            inner = tuple(self._numbered(item.selections, number))
            if isinstance(item, Field):
                arguments = tuple(self._argument(argument, number) for argument in item.arguments)
                yield replace(item, arguments=arguments, selections=inner)
            else:
                yield replace(item, selections=inner)

    def _argument(self, argument: Argument, number: int) -> Argument:
        value = argument.value
        if isinstance(value, VariableNode) and value.name.value in self._names:
            return replace(argument, value=VariableNode(name=NameNode(value=f"{value.name.value}_{number}")))
        return argument
