"""Whatever subgraphs compose, and whatever is asked of them: the answer is that of one merged schema."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

import orjson
from graphql import GraphQLResolveInfo, execute_sync, parse, validate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connectors.protocol import CallContext
from federation.composition.compose import compose
from federation.execution.encode import encode
from federation.execution.graph_connector import GraphConnector
from federation.operations.limits import OperationLimits
from federation.operations.variables import coerce_variables
from federation.pipeline import Pipeline, PipelineOptions
from schemas.read_supergraph import read_supergraph
from schemas.supergraph import Supergraph
from tests.federation.execution.random_operations import VARIABLES, RandomOperation
from tests.federation.execution.random_subgraphs import Maker
from tests.federation.execution.universe import Thing, Universe, UniverseConnector

OPERATIONS = 6  # of each supergraph


def expected(supergraph: Supergraph, universe: Universe, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    def resolve(thing: Thing, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        return universe.value(thing, info.field_name, arguments)

    result = execute_sync(
        supergraph.api,
        parse(query),
        root_value=Thing("Mutation" if query.startswith("mutation") else "Query", ""),
        field_resolver=resolve,
        type_resolver=lambda thing, *_: thing.type_name,
        variable_values=dict(variables),
    )
    return {"data": result.data, "errors": bool(result.errors)}


async def answered(
    supergraph: Supergraph, universe: Universe, query: str, variables: Mapping[str, Any]
) -> dict[str, Any]:
    connectors = {
        name: GraphConnector(UniverseConnector(universe, graph), name) for name, graph in supergraph.graphs.items()
    }
    prepared = Pipeline(supergraph, connectors, PipelineOptions(OperationLimits())).prepare(query, None)
    coerced = coerce_variables(supergraph.api, prepared.operation.variables, variables)
    context = CallContext(asyncio.get_running_loop().time() + 5)
    answer = orjson.loads(encode(await prepared.plan.run(coerced, context)))
    return {"data": answer["data"], "errors": bool(answer.get("errors"))}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1_000_000))
def test_the_answer_is_that_of_one_merged_schema(seed: int) -> None:
    composed = compose(Maker(seed).make())
    assume(not composed.errors)
    supergraph = read_supergraph(composed.supergraph_sdl)
    for number in range(OPERATIONS):
        query = RandomOperation(supergraph.api, Random(f"{seed}/{number}")).write()
        if validate(supergraph.api, parse(query)):
            continue
        universe = Universe(supergraph, number)
        variables = {name: value for name, value in VARIABLES.items() if f"${name}" in query}

        found = asyncio.run(answered(supergraph, universe, query, variables))

        assert found == expected(supergraph, universe, query, variables), query


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1_000_000))
def test_the_order_of_subgraphs_does_not_count(seed: int) -> None:
    subgraphs = Maker(seed).make()
    mixed = Random(seed).sample(subgraphs, len(subgraphs))

    assert compose(mixed) == compose(subgraphs)
