"""The life of one operation, on one screen: find it prepared or prepare it, check, decide, run, encode."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import random
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from connectors.protocol import CallContext
from federation.errors import RequestError
from federation.execution.compile import CompiledPlan
from federation.execution.encode import encode
from federation.execution.failures import Failure
from federation.execution.graph_connector import GraphConnector
from federation.made_once import MadeOnce
from federation.operations.cost_limit import CostLimit
from federation.operations.extension import (
    Afterwards,
    Denial,
    ObjectCheck,
    OperationExtension,
    OperationRun,
    PreparedGuard,
    SchemaView,
)
from federation.operations.limits import OperationLimits
from federation.operations.mask import Mark, mask
from federation.operations.needed_fields import Need, with_needed
from federation.operations.operation import Operation
from federation.operations.prepare import prepare_operation
from federation.operations.variables import coerce_variables
from federation.planning.override_labels import OverrideShares, override_labels
from federation.planning.planner import NO_LABELS, Planner
from federation.request import ANSWER_EXTENSIONS, ClientAnswer, ClientRequest, RequestContext
from federation.shared_answers import SharedAnswers
from federation.workshop import Overloaded, Workshop
from schemas.supergraph import Supergraph

log = logging.getLogger(__name__)

# So many operations are prepared before a pipeline takes another's place.
MOST_AHEAD = 100

# The text, the operation's name, and the override labels that hold.
OperationKey: TypeAlias = tuple[str, str | None, frozenset[str]]
# The operation, what is masked of it, and what is needed beside some of its fields.
VariantKey: TypeAlias = tuple[OperationKey, frozenset[Mark], frozenset[tuple[Mark, Need]]]


class MethodNotAllowed(RequestError):
    """A mutation came by a method that must be safe."""

    code = "METHOD_NOT_ALLOWED"


class IntrospectionDisabled(RequestError):
    """The operation asks about the schema, and this gateway does not tell."""

    code = "INTROSPECTION_DISABLED"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that is parsed, validated, planned and compiled; its `guards` decide what each request gets.

    What it costs is checked with the variables of each request, where there is a `cost_limit`.
    """

    operation: Operation
    plan: CompiledPlan
    guards: tuple[PreparedGuard, ...] = ()
    cost_limit: CostLimit | None = None


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """What operations may be, how many are kept prepared, and for what percentage of requests override labels hold.

    `draw` gives a number for each request, at least 0 and below 1, by which they hold or not. `extensions` decide in
    their order; each sees what those before it denied. Where there is a `view`, introspection shows what it shows.
    Costs have no bound without `cost_limit`. Without `shared` every request is answered for itself.
    """

    limits: OperationLimits
    introspection: bool = True
    most_prepared: int = 1_000
    override_percents: Mapping[str, float] = field(default_factory=dict)
    draw: Callable[[], float] = random
    extensions: tuple[OperationExtension, ...] = ()
    shared: SharedAnswers[tuple[bytes, dict[object, Any]]] | None = None
    view: SchemaView | None = None
    cost_limit: CostLimit | None = None


class Pipeline:
    """Answers operations against one supergraph; tasks of one event loop use it.

    Prepared operations are kept by their text and operation name; those of which a request does not get everything are
    planned and kept once more for what it gets.
    """

    def __init__(
        self, supergraph: Supergraph, connectors: Mapping[str, GraphConnector], options: PipelineOptions
    ) -> None:
        self._schema = supergraph.api
        self._planner = Planner(supergraph)
        self._connectors = connectors
        self._options = options
        # What introspection does not tell, errors must not suggest.
        self._hides_schema = not options.introspection or options.view is not None
        self._overrides = OverrideShares(override_labels(supergraph), options.override_percents)
        self._workshop = Workshop()
        most = options.most_prepared
        self._prepared: MadeOnce[OperationKey, Prepared] = MadeOnce(most, self._workshop)
        self._variants: MadeOnce[VariantKey, CompiledPlan] = MadeOnce(most, self._workshop)

    def close(self) -> None:
        """Prepare nothing more."""
        self._workshop.close()

    def answered_last(self) -> tuple[OperationKey, ...]:
        """Some of the operations that are prepared, those used last first."""
        return self._prepared.latest(MOST_AHEAD)

    async def prepare_all(self, keys: Iterable[OperationKey], deadline: float) -> None:
        """Prepare operations before they are asked for, as far as they are right, until the deadline (loop's time)."""
        for key in keys:
            try:
                await self._prepared.make(key, partial(self.prepare, *key), deadline)
            except Overloaded:
                return
            except RequestError:
                continue  # whoever sends it will be told
            except Exception:  # nobody has asked for it yet, and others can be prepared
                log.exception("an operation could not be prepared ahead")

    async def answer(self, request: ClientRequest, context: RequestContext) -> ClientAnswer:
        """Answer one request. Raises RequestError when nothing is executed."""
        labels = self._overrides.labels(self._options.draw()) if self._overrides.are_needed else NO_LABELS
        key = (request.query, request.operation_name, labels)
        prepared = self._prepared.find(key) or await self._prepared.make(
            key, partial(self.prepare, *key), context.deadline
        )
        operation = prepared.operation
        if operation.kind == "mutation" and not request.may_mutate:
            raise MethodNotAllowed("a mutation must be sent by POST")
        variables = coerce_variables(
            self._schema, operation.variables, request.variables, hide_suggestions=self._hides_schema
        )
        if prepared.cost_limit is not None:
            prepared.cost_limit.check(operation, variables)
        context.is_impersonal = _is_impersonal(prepared) and not self._overrides.are_needed
        plan = prepared.plan
        denied: tuple[Failure, ...] = ()
        afterwards: Sequence[Afterwards] = ()
        checks: Sequence[ObjectCheck] = ()
        view: GraphQLSchema | None = None
        if prepared.guards:
            run = OperationRun(operation, variables, request, context)
            plan, denied = await self._decide(key, prepared, run)
            afterwards, checks = run.afterwards, run.checks
        if operation.introspection is not None and self._options.view is not None:
            view = await self._options.view.schema(context.identity, context.deadline)
        calls = CallContext(
            context.deadline,
            request.headers,
            context.scratch,
            operation.kind == "query",
            identity_scope=context.identity.answer_scope,
        )
        shared = self._options.shared
        if shared is None or denied or afterwards or checks or view is not None or not calls.may_share:
            result = await plan.run(variables, calls, denied, checks, view)
            for each in afterwards:
                await each(result.data)
            return ClientAnswer(encode(result, context.scratch.get(ANSWER_EXTENSIONS)))

        async def make() -> tuple[tuple[bytes, dict[object, Any]], bool]:
            result = await plan.run(variables, calls)
            extensions = context.scratch.get(ANSWER_EXTENSIONS)
            return (encode(result, extensions), context.scratch), not result.failures and not extensions

        body, noted = await shared.share(plan, variables, calls, make)
        if noted is not context.scratch:  # layers find what was noted while another request was answered
            context.scratch.update(noted)
        return ClientAnswer(body)

    def prepare(self, query: str, operation_name: str | None, labels: frozenset[str] = NO_LABELS) -> Prepared:
        """Parse, validate, plan and compile, for when these override labels hold. Raises RequestError."""
        operation = prepare_operation(
            query, operation_name, self._schema, self._options.limits, hide_suggestions=self._hides_schema
        )
        if operation.introspection is not None and not self._options.introspection:
            raise IntrospectionDisabled("this gateway does not answer questions about its schema")
        cost_limit = self._options.cost_limit
        if cost_limit is not None and not operation.variables:
            cost_limit.check(operation, {})  # once for all: it is the same for every request
            cost_limit = None
        guards = tuple(
            guard for extension in self._options.extensions if (guard := extension.prepare(operation)) is not None
        )
        return Prepared(operation, self._plan(operation, labels), guards, cost_limit)

    def _plan(
        self, operation: Operation, labels: frozenset[str], needs: Mapping[Mark, Need] | None = None
    ) -> CompiledPlan:
        plan = self._planner.plan(operation, labels)
        return CompiledPlan(plan, operation, self._schema, self._connectors, needs)

    async def _decide(
        self, key: OperationKey, prepared: Prepared, run: OperationRun
    ) -> tuple[CompiledPlan, tuple[Failure, ...]]:
        """The plan of what the request gets, and why it does not get the rest."""
        denials: list[Denial] = []
        for guard in prepared.guards:
            found = await guard.decide(run)
            denials.extend(found)
            run.masked.update(mark for denial in found for mark in denial.marks)
        if not run.masked and not run.checks:
            return prepared.plan, _failures(denials)
        marks = frozenset(run.masked)
        needs = frozenset((check.mark, Need(check.ways, check.rule)) for check in run.checks)

        def plan_variant() -> CompiledPlan:
            needed = {check.mark: Need(check.ways, check.rule) for check in run.checks}  # in the operation's order
            variant = with_needed(run.operation, needed, self._schema) if needed else run.operation
            return self._plan(mask(variant, marks), key[2], needed)

        variant = (key, marks, needs)
        plan = self._variants.find(variant) or await self._variants.make(variant, plan_variant, run.context.deadline)
        return plan, _failures(denials)


def _is_impersonal(prepared: Prepared) -> bool:
    operation = prepared.operation
    return operation.kind == "query" and not prepared.guards and operation.introspection is None


def _failures(denials: Sequence[Denial]) -> tuple[Failure, ...]:
    return tuple(
        Failure(
            denial.code,
            denial.message,
            denial.marks[0][0] if denial.marks else (),
            dict(denial.extensions),
            tuple(path for path, _ in denial.marks[1:]),
        )
        for denial in denials
    )
