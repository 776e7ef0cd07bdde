"""The steps of a plan, made ready to run: one after the other, all at once, only if, and fetches."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from federation.execution.collect_together import collect_together
from federation.execution.fetching import Run, RunnableFetch
from federation.execution.graph_connector import GraphConnector
from federation.execution.together import together
from federation.planning.plan import (
    ConditionNode,
    FetchNode,
    FlattenNode,
    ParallelNode,
    Path,
    PlanNode,
    SequenceNode,
    TogetherNode,
)
from schemas.selection import Condition

RunStep: TypeAlias = Callable[[Run], Coroutine[Any, Any, None]]
MakeFetch: TypeAlias = Callable[[FetchNode, tuple[Path, ...]], RunnableFetch]


class StepMaker:
    """Makes steps of the nodes of one plan; `shared` are the paths at which objects may stand that stand elsewhere."""

    def __init__(self, make_fetch: MakeFetch, graphs: Mapping[str, GraphConnector], shared: frozenset[Path]) -> None:
        self._make_fetch = make_fetch
        self._graphs = graphs
        self._shared = shared
        self._fetches: dict[int, RunnableFetch] = {}

    def make(self, node: PlanNode) -> RunStep:
        """The step that a node amounts to."""
        match node:
            case FetchNode():
                return self._fetch(node, ()).run
            case FlattenNode():
                return self._fetch(node.node, node.paths).run
            case TogetherNode():
                return self._together(node)
            case SequenceNode():
                return _in_sequence([self.make(each) for each in node.nodes])
            case ParallelNode():
                return self._collecting(node.nodes, _in_parallel([self.make(each) for each in node.nodes]))
            case ConditionNode():
                return _only_if(node.condition, self.make(node.node))
            case _:
                assert_never(node)

    def _fetch(self, node: FetchNode, paths: tuple[Path, ...]) -> RunnableFetch:
        made = self._fetches[node.id] = self._make_fetch(node, paths)
        return made

    def _together(self, node: TogetherNode) -> RunStep:
        fetches = [self._fetch(each.node, each.paths) for each in node.nodes]
        wanted = [each.node.fetch for each in node.nodes]
        step = together(fetches, wanted, self._graphs[wanted[0].graph])
        return self._collecting(node.nodes, step or _in_parallel([each.run for each in fetches]))

    def _collecting(self, nodes: Sequence[PlanNode], step: RunStep) -> RunStep:
        """The step of nodes that begin at once, before which what they need is collected, where that saves a walk."""
        collecting = collect_together(nodes, self._fetches, self._shared)
        return step if collecting is None else _after(collecting.collect, step)


def _after(prepare: Callable[[Run], None], step: RunStep) -> RunStep:
    async def run_after(run: Run) -> None:
        prepare(run)
        await step(run)

    return run_after


def _in_sequence(steps: list[RunStep]) -> RunStep:
    async def run_in_sequence(run: Run) -> None:
        for step in steps:
            await step(run)

    return run_in_sequence


def _in_parallel(steps: list[RunStep]) -> RunStep:
    # One of them needs no task of its own: it goes on in ours.
    *others, own = steps

    async def run_in_parallel(run: Run) -> None:
        async with asyncio.TaskGroup() as group:
            for step in others:
                group.create_task(step(run))
            await own(run)

    return run_in_parallel


def _only_if(condition: Condition, step: RunStep) -> RunStep:
    async def run_only_if(run: Run) -> None:
        if bool(run.variables.get(condition.variable)) != condition.negated:
            await step(run)

    return run_only_if
