"""A few strict subgraphs, composed and answered for as the gateway does it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import orjson

from connectors.graphql.connector import GraphQLConnector
from connectors.http.response import HttpResponse
from connectors.protocol import CallContext
from connectors.traffic.http_service import HttpService
from federation.composition.compose import compose
from federation.errors import RequestError
from federation.execution.encode import encode
from federation.execution.graph_connector import GraphConnector
from federation.operations.extension import OperationExtension
from federation.operations.limits import OperationLimits
from federation.operations.prepare import prepare_operation
from federation.operations.variables import coerce_variables
from federation.pipeline import Pipeline, PipelineOptions
from federation.planning.explain import plan_as_text
from federation.planning.planner import Planner
from schemas.read_supergraph import read_supergraph
from schemas.subgraph import Subgraph
from schemas.supergraph import Supergraph
from tests.conformance.features.strict_subgraph import Call, StrictSubgraph

Json = Any
FEDERATION_2 = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", '
    '"@external", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@extends", "@tag", "@context", '
    '"@fromContext", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"])\n'
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a client got, and what it took: how many calls each subgraph had, and which."""

    data: Json
    errors: list[Json]
    calls: dict[str, int]
    sent: dict[str, list[Call]]

    def representations(self, subgraph: str) -> list[Mapping[str, Json]]:
        """Everything that was presented to a subgraph, in all its calls."""
        return [item for call in self.sent[subgraph] for item in call.representations]


class World:
    """Subgraphs side by side; composed once, when first asked. `edit` changes the supergraph's SDL."""

    def __init__(self, *subgraphs: StrictSubgraph, edit: Callable[[str], str] = str) -> None:
        self.subgraphs = {item.name: item for item in subgraphs}
        self._edit = edit

    @cached_property
    def supergraph(self) -> Supergraph:
        """The composition of the subgraphs, which must have no errors."""
        result = compose([Subgraph(item.name, item.sdl) for item in self.subgraphs.values()])
        assert not result.errors, result.errors
        return read_supergraph(self._edit(result.supergraph_sdl))

    def plan(self, query: str) -> str:
        """The plan of a query, as text."""
        operation = prepare_operation(query, None, self.supergraph.api, OperationLimits())
        return plan_as_text(Planner(self.supergraph).plan(operation))

    async def ask(self, query: str, variables: Mapping[str, Json] | None = None, labels: str = "") -> Outcome:
        """Answer a query, for when these override labels hold. No subgraph may have refused a call."""
        for item in self.subgraphs.values():
            item.forget()
        answer = await self._answer(query, variables or {}, frozenset(labels.split()))
        problems = [text for item in self.subgraphs.values() for text in (*item.refusals, *item.unknown)]
        assert not problems, problems
        sent = {name: item.calls for name, item in self.subgraphs.items() if item.calls}
        calls = {name: len(found) for name, found in sent.items()}
        return Outcome(answer.get("data"), answer.get("errors", []), calls, sent)

    async def refusals(self, query: str) -> list[str]:
        """What subgraphs refuse of the calls for a query, whose data the test may not hold in full."""
        for item in self.subgraphs.values():
            item.forget()
        await self._answer(query, {}, frozenset())
        return [text for item in self.subgraphs.values() for text in item.refusals]

    async def _answer(self, query: str, variables: Mapping[str, Json], labels: frozenset[str]) -> Json:
        try:
            prepared = self._pipeline.prepare(query, None, labels)
        except RequestError as error:
            return {"errors": error.as_json()}
        coerced = coerce_variables(self.supergraph.api, prepared.operation.variables, variables)
        context = CallContext(asyncio.get_running_loop().time() + 5)
        return orjson.loads(encode(await prepared.plan.run(coerced, context)))

    def pipeline(self, *extensions: OperationExtension) -> Pipeline:
        """A pipeline over the subgraphs, in which the extensions decide."""
        return Pipeline(self.supergraph, self.connectors(), PipelineOptions(OperationLimits(), extensions=extensions))

    def connectors(self) -> dict[str, GraphConnector]:
        """The connectors of all graphs."""
        connectors = {}
        for name, graph in self.supergraph.graphs.items():
            service = cast(HttpService, StrictService(self.subgraphs[name]))
            connectors[name] = GraphConnector(GraphQLConnector(graph, service, "/", expose_errors=True), name)
        return connectors

    @cached_property
    def _pipeline(self) -> Pipeline:
        return self.pipeline()


class StrictService:
    """Stands where a service over HTTP would: bytes come in and go out, and a strict subgraph answers."""

    key_argument = None

    def __init__(self, subgraph: StrictSubgraph) -> None:
        self._subgraph = subgraph

    async def request(
        self, _method: str, _path: str, _headers: object, body: bytes, *_: object, **__: object
    ) -> HttpResponse:
        asked = orjson.loads(body)
        response = self._subgraph.answer(asked["query"], asked.get("variables"))
        return HttpResponse(200, {}, orjson.dumps(response))

    share = request
