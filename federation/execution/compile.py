"""Make of a plan something that runs: templates prepared, paths and shapes settled, once for all requests."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLSchema

from connectors.protocol import CallContext
from federation.execution.checked_places import checked_places
from federation.execution.failures import Failure, Failures
from federation.execution.fetching import Run, RunnableFetch
from federation.execution.gate import gate_of
from federation.execution.graph_connector import GraphConnector
from federation.execution.introspect import introspect
from federation.execution.object_checks import ObjectChecks
from federation.execution.places import PlanPlaces
from federation.execution.shape import AnswerShape
from federation.execution.steps import RunStep, StepMaker
from federation.operations.extension import ObjectCheck
from federation.operations.mask import Mark
from federation.operations.needed_fields import Need
from federation.operations.operation import Operation
from federation.planning.plan import FetchNode, Path, Plan


class ExecutionResult(NamedTuple):
    """An answer before it is encoded; `data` is None where null propagated to the root."""

    data: dict[str, Any] | None
    failures: Failures


class CompiledPlan:
    """A plan that runs, for checks with these `needs`; tasks of one event loop may run it at the same time."""

    def __init__(
        self,
        plan: Plan,
        operation: Operation,
        schema: GraphQLSchema,
        graphs: Mapping[str, GraphConnector],
        needs: Mapping[Mark, Need] | None = None,
    ) -> None:
        self._schema = schema
        self._introspection = operation.introspection
        self._constant: dict[str, Any] | None = None
        self._has_variables = bool(operation.variables)
        places = PlanPlaces(plan)
        self._checked = checked = checked_places(plan.answer, needs or {})
        self._shape = AnswerShape(schema, operation.root_type, plan.answer, places.shared_slots)

        def make_fetch(node: FetchNode, paths: tuple[Path, ...]) -> RunnableFetch:
            gate = gate_of(node.rule, paths, checked, needs) if needs else None
            return RunnableFetch(node, places.of(node, paths), graphs[node.fetch.graph], plan.answer, gate)

        steps = StepMaker(make_fetch, graphs, places.shared)
        self._step: RunStep | None = None if plan.root is None else steps.make(plan.root)

    async def run(
        self,
        variables: Mapping[str, Any],
        context: CallContext,
        denied: Iterable[Failure] = (),
        checks: Sequence[ObjectCheck] = (),
        view: GraphQLSchema | None = None,
    ) -> ExecutionResult:
        """Fetch and shape. Whatever fails is in the result, save the refusal of one of the `checks`, which is raised.

        `variables` are coerced, `denied` says why fields are masked, `view` is the schema as the caller may see it.
        """
        objects = ObjectChecks(checks, self._checked) if checks else None
        run = Run({}, variables, context, Failures(denied), asyncio.get_running_loop().time, objects)
        if self._introspection is not None:
            run.data.update(self._introspect(self._introspection, variables, view))
        if self._step is not None:
            await self._step(run)
        if run.checks is not None:
            run.checks.finish(run.data, run.failures)
        return ExecutionResult(self._shape.shape(run.data, variables, run.failures), run.failures)

    def _introspect(
        self, document: DocumentNode, variables: Mapping[str, Any], view: GraphQLSchema | None
    ) -> dict[str, Any]:
        if view is not None:
            return introspect(view, document, variables)
        if self._has_variables:
            return introspect(self._schema, document, variables)
        if self._constant is None:
            self._constant = introspect(self._schema, document, {})
        return self._constant
