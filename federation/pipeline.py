"""The life of one operation, on one screen: find it prepared or prepare it, check, run, encode."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import random
from typing import TypeAlias

from connectors.protocol import CallContext
from federation.errors import RequestError
from federation.execution.compile import CompiledPlan
from federation.execution.encode import encode
from federation.execution.graph_connector import GraphConnector
from federation.operations.limits import OperationLimits
from federation.operations.operation import Operation
from federation.operations.prepare import prepare_operation
from federation.operations.variables import coerce_variables
from federation.planning.override_labels import OverrideShares, override_labels
from federation.planning.planner import NO_LABELS, Planner
from federation.request import ClientAnswer, ClientRequest
from schemas.supergraph import Supergraph

# The text, the operation's name, and the override labels that hold.
OperationKey: TypeAlias = tuple[str, str | None, frozenset[str]]


class MethodNotAllowed(RequestError):
    """A mutation came by a method that must be safe."""

    code = "METHOD_NOT_ALLOWED"


class IntrospectionDisabled(RequestError):
    """The operation asks about the schema, and this gateway does not tell."""

    code = "INTROSPECTION_DISABLED"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that is parsed, validated, planned and compiled."""

    operation: Operation
    plan: CompiledPlan


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """What operations may be, how many are kept prepared, and for what percentage of requests override labels hold.

    `draw` gives a number for each request, at least 0 and below 1, by which they hold or not.
    """

    limits: OperationLimits
    introspection: bool = True
    most_prepared: int = 1_000
    override_percents: Mapping[str, float] = field(default_factory=dict)
    draw: Callable[[], float] = random


class Pipeline:
    """Answers operations against one supergraph; tasks of one event loop use it.

    Prepared operations are kept by their text and operation name, those least recently used are let go. Preparing runs
    in a thread, so that a slow plan stalls nobody else; requests that wait for the same operation share it.
    """

    def __init__(
        self, supergraph: Supergraph, connectors: Mapping[str, GraphConnector], options: PipelineOptions
    ) -> None:
        self._schema = supergraph.api
        self._planner = Planner(supergraph)
        self._connectors = connectors
        self._options = options
        self._overrides = OverrideShares(override_labels(supergraph), options.override_percents)
        self._prepared: dict[OperationKey, Prepared] = {}
        self._preparing: dict[OperationKey, asyncio.Future[Prepared]] = {}

    async def answer(self, request: ClientRequest, context: CallContext) -> ClientAnswer:
        """Answer one request. Raises RequestError when nothing is executed."""
        labels = self._overrides.labels(self._options.draw()) if self._overrides.are_needed else NO_LABELS
        key = (request.query, request.operation_name, labels)
        prepared = self._prepared.pop(key, None) or await self._prepare_once(key)
        self._keep(key, prepared)
        if prepared.operation.kind == "mutation" and not request.may_mutate:
            raise MethodNotAllowed("a mutation must be sent by POST")
        context.may_share = prepared.operation.kind == "query"
        variables = coerce_variables(self._schema, prepared.operation.variables, request.variables)
        return ClientAnswer(encode(await prepared.plan.run(variables, context)))

    def prepare(self, query: str, operation_name: str | None, labels: frozenset[str] = NO_LABELS) -> Prepared:
        """Parse, validate, plan and compile, for when these override labels hold. Raises RequestError."""
        operation = prepare_operation(query, operation_name, self._schema, self._options.limits)
        if operation.introspection is not None and not self._options.introspection:
            raise IntrospectionDisabled("this gateway does not answer questions about its schema")
        plan = self._planner.plan(operation, labels)
        return Prepared(operation, CompiledPlan(plan, operation, self._schema, self._connectors))

    async def _prepare_once(self, key: OperationKey) -> Prepared:
        preparing = self._preparing.get(key)
        if preparing is None:
            loop = asyncio.get_running_loop()
            preparing = self._preparing[key] = loop.run_in_executor(None, self.prepare, *key)
            preparing.add_done_callback(lambda done: self._forget(key, done))
        # Others may wait for the same operation: a client that leaves must not take it from them.
        return await asyncio.shield(preparing)

    def _forget(self, key: OperationKey, done: asyncio.Future[Prepared]) -> None:
        del self._preparing[key]
        if not done.cancelled():
            done.exception()  # looked at here, since all who waited may have left

    def _keep(self, key: OperationKey, prepared: Prepared) -> None:
        self._prepared[key] = prepared
        if len(self._prepared) > self._options.most_prepared:
            del self._prepared[next(iter(self._prepared))]
