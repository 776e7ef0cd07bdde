"""The steps of a plan, made ready to run: one after the other, all at once, only if, and fetches."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeAlias, assert_never

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


def make_step(node: PlanNode, make_fetch: MakeFetch, graphs: Mapping[str, GraphConnector]) -> RunStep:
    """The step that a node of the plan amounts to."""
    match node:
        case FetchNode():
            return make_fetch(node, ()).run
        case FlattenNode():
            return make_fetch(node.node, node.paths).run
        case TogetherNode():
            fetches = [make_fetch(each.node, each.paths) for each in node.nodes]
            wanted = [each.node.fetch for each in node.nodes]
            return together(fetches, wanted, graphs[wanted[0].graph]) or _in_parallel([each.run for each in fetches])
        case SequenceNode():
            return _in_sequence([make_step(each, make_fetch, graphs) for each in node.nodes])
        case ParallelNode():
            return _in_parallel([make_step(each, make_fetch, graphs) for each in node.nodes])
        case ConditionNode():
            return _only_if(node.condition, make_step(node.node, make_fetch, graphs))
        case _:
            assert_never(node)


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
