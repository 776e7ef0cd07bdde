"""Make a plan's fetch of a group: its selections, its representations, the variables it mentions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from graphql import ListValueNode, ObjectValueNode, ValueNode, VariableDefinitionNode, VariableNode

from connectors.protocol import Fetch, Representation
from federation.planning.groups import Group, Presenting
from federation.planning.plan import ConditionNode, FetchNode, FlattenNode, PlanNode, TogetherNode
from schemas.selection import Condition, Field, InlineFragment, Selection


class FetchMaker:
    """Numbers fetches as it makes them."""

    def __init__(self, variables: Sequence[VariableDefinitionNode]) -> None:
        self._variables = variables
        self._made = 0

    def make(self, group: Group, kind: Literal["query", "mutation"], common: frozenset[Condition]) -> PlanNode:
        """The node of a group and of those beside it; conditions that all of it has in `common` stand around it."""
        if not group.beside:
            return self._make(group, kind, common)
        nodes = [self._make(each, kind, common) for each in (group, *group.beside)]
        return TogetherNode(tuple(node for node in nodes if isinstance(node, FlattenNode)))

    def _make(self, group: Group, kind: Literal["query", "mutation"], common: frozenset[Condition]) -> PlanNode:
        selections = group.root.selections()
        if common:
            selections = tuple(_without(item, common) for item in selections)
        used = set(_variables_in(selections))
        fetch = Fetch(
            graph=group.graph,
            kind=kind,
            selections=selections,
            representations=tuple(_representation(item) for item in group.presenting),
            variables=tuple(item for item in self._variables if item.variable.name.value in used),
            contexts=tuple(group.contexts.values()),
        )
        self._made += 1
        fetching = FetchNode(self._made, fetch, ", ".join(group.purposes), group.tells_types, group.rule)
        node: PlanNode = FlattenNode(group.paths, fetching) if group.paths else fetching
        for condition in sorted(common, key=lambda item: (item.variable, item.negated), reverse=True):
            node = ConditionNode(condition, node)
        return node


def _representation(presenting: Presenting) -> Representation:
    return Representation(
        typename=presenting.typename,
        possible_types=presenting.possible_types,
        fields=(*presenting.fields.values(), *presenting.fragments),
        required=tuple(presenting.required),
    )


def _without(item: Selection, conditions: frozenset[Condition]) -> Selection:
    if isinstance(item, InlineFragment):
        return replace(item, selections=tuple(_without(inner, conditions) for inner in item.selections))
    return replace(item, conditions=tuple(each for each in item.conditions if each not in conditions))


def _variables_in(selections: Iterable[Selection]) -> Iterator[str]:
    for item in selections:
        for condition in item.conditions:
            yield condition.variable
        if isinstance(item, Field):
            for argument in item.arguments:
                yield from _variables_of(argument.value)
        yield from _variables_in(item.selections)


def _variables_of(value: ValueNode) -> Iterator[str]:
    if isinstance(value, VariableNode):
        yield value.name.value
    elif isinstance(value, ListValueNode):
        for item in value.values:
            yield from _variables_of(item)
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from _variables_of(field.value)
