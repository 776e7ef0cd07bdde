"""Run a team's resolvers in this process, as any other service is called."""

import asyncio
from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any, cast

from graphql import ExecutionResult, GraphQLSchema, NoUnusedVariablesRule, specified_rules, validate
from graphql.execution import Executor, execute

from connectors.errors import CannotPrepare, TimedOut
from connectors.local.failures import answer_errors
from connectors.local.loaders import RequestLoaders
from connectors.local.lower import ENTITIES, LocalTemplate, lower
from connectors.protocol import Answer, AnswerError, CallContext, CallRequest, Fetch
from schemas.supergraph import Graph

# A plan may name a variable of which every use was in a branch that it left out.
RULES = tuple(rule for rule in specified_rules if rule is not NoUnusedVariablesRule)


class LocalConnector:
    """Answers for one graph by a schema that runs here (schemas.authoring.local_schema makes it of a module).

    Resolvers find a RequestLoaders in `info.context`, the same in all calls of one client request.
    """

    def __init__(self, schema: GraphQLSchema, graph: Graph) -> None:
        self._schema = schema
        self._subgraph = graph.subgraph

    @property
    def seen_headers(self) -> frozenset[str]:
        """None: resolvers see loaders only."""
        return frozenset()

    def prepare(self, fetch: Fetch) -> LocalTemplate:
        """The document of the fetch; raises CannotPrepare when the schema does not have what it asks for."""
        template = lower(fetch)
        problems = validate(self._schema, template.document, RULES)
        if problems:
            message = "; ".join(problem.message for problem in problems)
            raise CannotPrepare(f"the subgraph '{self._subgraph}' has no resolvers for this: {message}")
        return template

    async def call(self, request: CallRequest) -> Answer:
        """Run the resolvers until they are done or the request's deadline passes."""
        loaders = _loaders(request.context)
        try:
            async with asyncio.timeout_at(request.context.deadline):
                result = await self._run(request, loaders)
        except TimeoutError:
            message = f"The resolvers of the subgraph '{self._subgraph}' took too long."
            return Answer(None, (AnswerError(TimedOut.code, message),))
        except asyncio.CancelledError:
            loaders.abandon()
            raise
        return self._answer(request.template, result)

    async def close(self) -> None:
        """Nothing is held between calls."""

    async def _run(self, request: CallRequest, loaders: RequestLoaders) -> ExecutionResult:
        template: LocalTemplate = request.template
        variables = {name: request.variables[name] for name in template.variables if name in request.variables}
        if template.representations is not None:
            variables[template.representations] = list(request.representations)
        result = execute(
            self._schema,
            template.document,
            variable_values=variables,
            context_value=loaders,
            executor_class=_TidyExecutor,
        )
        if isawaitable(result):
            return await result
        return result

    def _answer(self, template: LocalTemplate, result: ExecutionResult) -> Answer:
        if template.representations is None:
            return Answer(result.data, answer_errors(result.errors or (), self._subgraph))
        data = result.data[ENTITIES] if result.data is not None else None
        return Answer(data, answer_errors(result.errors or (), self._subgraph, below=1))


class _TidyExecutor(Executor[Any]):
    """Cancels resolvers whose values nobody needs any more, which graphql-core would let run on."""

    def settle_in_background(self, awaitables: list[Awaitable[Any]]) -> None:
        super().settle_in_background(awaitables)
        loop = asyncio.get_running_loop()
        for future in self.background_futures:
            # Not at once: a coroutine that is cancelled before its first step counts as forgotten.
            loop.call_soon(future.cancel)


def _loaders(context: CallContext) -> RequestLoaders:
    found = context.scratch.get(RequestLoaders)
    if found is None:
        found = context.scratch[RequestLoaders] = RequestLoaders(context.deadline)
    return cast("RequestLoaders", found)
