"""Make of a plan something that runs: templates prepared, paths and shapes settled, once for all requests."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLSchema

from connectors.protocol import CallContext
from federation.execution.failures import Failure, Failures
from federation.execution.fetching import Run, RunnableFetch
from federation.execution.graph_connector import GraphConnector
from federation.execution.introspect import introspect
from federation.execution.places import PlanPlaces
from federation.execution.shape import AnswerShape
from federation.execution.steps import RunStep, make_step
from federation.operations.operation import Operation
from federation.planning.plan import FetchNode, Path, Plan


class ExecutionResult(NamedTuple):
    """An answer before it is encoded; `data` is None where null propagated to the root."""

    data: dict[str, Any] | None
    failures: Failures


class CompiledPlan:
    """A plan that runs; tasks of one event loop may run it at the same time."""

    def __init__(
        self, plan: Plan, operation: Operation, schema: GraphQLSchema, graphs: Mapping[str, GraphConnector]
    ) -> None:
        self._schema = schema
        self._introspection = operation.introspection
        self._constant: dict[str, Any] | None = None
        self._has_variables = bool(operation.variables)
        places = PlanPlaces(plan)
        self._shape = AnswerShape(schema, operation.root_type, plan.answer, places.shared_slots)

        def make_fetch(node: FetchNode, paths: tuple[Path, ...]) -> RunnableFetch:
            return RunnableFetch(node, places.of(node, paths), graphs[node.fetch.graph], plan.answer)

        self._step: RunStep | None = None if plan.root is None else make_step(plan.root, make_fetch, graphs)

    async def run(
        self, variables: Mapping[str, Any], context: CallContext, denied: Iterable[Failure] = ()
    ) -> ExecutionResult:
        """Fetch and shape. `variables` are coerced, `denied` says why fields are masked; the result has what fails."""
        run = Run({}, variables, context, Failures(denied), asyncio.get_running_loop().time)
        if self._introspection is not None:
            run.data.update(self._introspect(self._introspection, variables))
        if self._step is not None:
            await self._step(run)
        return ExecutionResult(self._shape.shape(run.data, variables, run.failures), run.failures)

    def _introspect(self, document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
        if self._has_variables:
            return introspect(self._schema, document, variables)
        if self._constant is None:
            self._constant = introspect(self._schema, document, {})
        return self._constant
