"""Say what a client's operation wants, and how the answer is made of it, with the same source names in both."""

from dataclasses import dataclass

from federation.operations.operation import INTROSPECTION_FIELDS, OperationField, OperationSelection
from federation.planning.graph_index import GraphIndex
from federation.planning.places import Slot
from federation.planning.plan import AnswerField, AnswerFragment, AnswerSelection
from federation.planning.sources import SourceNames
from federation.planning.want import TYPENAME, Want, WantField, WantFragment


@dataclass(frozen=True, slots=True)
class Wanted:
    """Some selections, as wants and as a part of the answer."""

    wants: tuple[Want, ...]
    answer: tuple[AnswerSelection, ...]


@dataclass(frozen=True, slots=True)
class WantedOperation(Wanted):
    """All selections; `ruled` are the slots of what some objects give and others do not."""

    ruled: frozenset[Slot]


def read_wants(
    index: GraphIndex, sources: SourceNames, root_type: str, selections: tuple[OperationSelection, ...]
) -> WantedOperation:
    """The wants of an operation's root selections. Introspection is answered by the gateway, and not among them."""
    reading = _Reading(index, sources)
    read = reading.read((), root_type, selections)
    return WantedOperation(read.wants, read.answer, frozenset(reading.ruled))


class _Reading:
    def __init__(self, index: GraphIndex, sources: SourceNames) -> None:
        self._index = index
        self._sources = sources
        self.ruled: set[Slot] = set()

    def read(
        self, slot: Slot, parent: str, selections: tuple[OperationSelection, ...], decides: Slot | None = None
    ) -> Wanted:
        wants: list[Want] = []
        answer: list[AnswerSelection] = []
        for item in selections:
            if isinstance(item, OperationField):
                field = self._field(slot, parent, item, wants, decides)
                answer.append(field)
                continue
            inner = self.read(slot, item.on, item.selections)
            if inner.wants:
                wants.append(WantFragment(item.on, inner.wants))
            answer.append(AnswerFragment(self._index.possible_types[item.on], inner.answer))
        if any(isinstance(item, AnswerFragment) for item in answer) and TYPENAME not in wants:
            wants.append(TYPENAME)
        return Wanted(tuple(wants), tuple(answer))

    def _field(
        self, slot: Slot, parent: str, item: OperationField, wants: list[Want], decides: Slot | None
    ) -> AnswerField:
        if item.masked:
            return AnswerField(item.key, "", item.name, parent, item.type, (), item.conditions, masked=True)
        if item.name in INTROSPECTION_FIELDS:
            return AnswerField(item.key, item.key, item.name, parent, item.type, (), item.conditions)
        if item.name == "__typename":
            is_abstract = self._index.possible_types[parent] != frozenset({parent})
            if is_abstract and TYPENAME not in wants:
                wants.append(TYPENAME)
            return AnswerField(item.key, item.name, item.name, parent, item.type, (), item.conditions)
        source = self._sources.name_wanted(slot, parent, item.key, item.name, item.arguments)
        inner = Wanted((), ())
        if item.hidden and decides is None:
            decides = slot
        if item.rule is not None:
            self.ruled.add((*slot, source))
        if item.selections:
            child = self._index.child_type(parent, item.name)
            inner = self.read((*slot, source), child, item.selections, decides)
        wants.append(WantField(item.name, item.arguments, inner.wants, item.conditions, source, item.rule, decides))
        return AnswerField(
            item.key, source, item.name, parent, item.type, inner.answer, item.conditions, hidden=item.hidden
        )
