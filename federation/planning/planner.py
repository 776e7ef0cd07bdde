"""From an operation to its plan."""

from collections.abc import Iterator, Sequence

from federation.operations.errors import OperationTooLarge
from federation.operations.operation import Operation
from federation.planning.ancestors import Ancestors
from federation.planning.answer import read_wants
from federation.planning.arrange import arrange, in_sequence
from federation.planning.budget import TOO_MUCH, Budget
from federation.planning.bundle_groups import bundle_groups
from federation.planning.choose import choose
from federation.planning.common_conditions import common_conditions
from federation.planning.context_variables import ContextVariables
from federation.planning.decide_first import decide_first
from federation.planning.errors import FieldUnreachable
from federation.planning.fetches import FetchMaker
from federation.planning.giving import Giving
from federation.planning.graph_index import GraphIndex
from federation.planning.groups import Grouping
from federation.planning.merge_groups import merge_groups
from federation.planning.places import FromRoot, Jump, Place, Position, Slot
from federation.planning.plan import Plan, PlanNode
from federation.planning.search import Search
from federation.planning.sources import SourceNames
from federation.planning.want import Want, WantField
from schemas.supergraph import Supergraph

MOST_STEPS = 200_000
NO_LABELS: frozenset[str] = frozenset()


class Planner:
    """Plans operations against one supergraph; read-only once made, so several threads may plan at once."""

    def __init__(self, supergraph: Supergraph, most_steps: int = MOST_STEPS) -> None:
        self._index = GraphIndex(supergraph)
        self._most_steps = most_steps

    def plan(self, operation: Operation, labels: frozenset[str] = NO_LABELS) -> Plan:
        """The plan: deterministic, with the fewest steps in sequence and then the fewest calls that search finds.

        `labels` are those of progressive overrides that hold. Raises FieldUnreachable, OperationTooLarge.
        """
        index = self._index.with_labels(labels) if labels else self._index
        try:
            return _Planning(index, operation, Budget(self._most_steps)).plan()
        except RecursionError as error:
            # Requirements that require so much more that Python's stack ends before they do.
            raise OperationTooLarge(TOO_MUCH) from error


class _Planning:
    def __init__(self, index: GraphIndex, operation: Operation, budget: Budget) -> None:
        self._index = index
        self._operation = operation
        self._giving = Giving(index)
        self._sources = SourceNames(index)
        self._search = Search(index, self._giving, self._sources, budget, Ancestors(index))
        self._fetches = FetchMaker(operation.variables)

    def plan(self) -> Plan:
        operation = self._operation
        wanted = read_wants(self._index, self._sources, operation.root_type, operation.selections)
        position = Position((), (), operation.root_type)
        places = self._root_places()
        if operation.kind == "query":
            nodes = [self._plan_together(position, places, wanted.wants, wanted.ruled)] if wanted.wants else []
        else:
            runs = self._runs(places, wanted.wants)
            nodes = [self._plan_together(position, [place], run, wanted.ruled) for place, run in runs]
        made = [node for node in nodes if node is not None]
        return Plan(operation.kind, in_sequence(made) if made else None, wanted.answer)

    def _root_places(self) -> list[Place]:
        root = self._operation.root_type
        return [
            Place(name, root, FromRoot(), frozenset({Jump((), name, 0)}), 0)
            for name in self._index.graphs
            if self._index.type_in(name, root) is not None
        ]

    def _runs(self, places: Sequence[Place], wants: Sequence[Want]) -> Iterator[tuple[Place, list[Want]]]:
        """Mutations in the order in which they must happen; neighbours that one graph resolves go in one call."""
        run: list[Want] = []
        at: Place | None = None
        for want in wants:
            able = [place for place in places if self._giving.gives(place, want)]
            able = able or [
                place for place in places if isinstance(want, WantField) and self._giving.holds(place, want)
            ]
            if not able:
                raise FieldUnreachable(f"'{self._operation.root_type}.{_name(want)}' is in no subgraph")
            if at in able:
                run.append(want)
                continue
            if at is not None:
                yield at, run
            at, run = able[0], [want]
        if at is not None:
            yield at, run

    def _plan_together(
        self, position: Position, places: Sequence[Place], wants: Sequence[Want], ruled: frozenset[Slot]
    ) -> PlanNode | None:
        grouping = Grouping(self._index, self._giving, self._sources, ContextVariables(self._operation.variables))
        grouping.add(choose(self._search.leaves(position, places, wants)))
        kind = self._operation.kind
        if ruled:
            decide_first(grouping.groups, ruled)
        groups = merge_groups(grouping.groups)
        common = common_conditions(groups)
        return arrange(
            bundle_groups(groups, common, self._index.takes_several),
            lambda group: self._fetches.make(group, "query" if group.paths else kind, common[group]),
        )


def _name(want: Want) -> str:
    return want.name if isinstance(want, WantField) else want.on
