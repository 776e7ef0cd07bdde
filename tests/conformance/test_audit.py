"""The public federation audit, group by group, over what its subgraphs were recorded to answer."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import is_object_type

from connectors.protocol import CallContext
from federation.errors import RequestError
from federation.execution.encode import encode
from federation.execution.graph_connector import GraphConnector
from federation.operations.limits import OperationLimits
from federation.operations.variables import coerce_variables
from federation.pipeline import Pipeline, PipelineOptions
from schemas.read_supergraph import read_supergraph
from tests.conformance.recorded_subgraphs import RecordedConnector, RecordedSubgraph

GROUPS = {path.stem: orjson.loads(path.read_bytes()) for path in sorted((Path(__file__).parent / "audit").glob("*"))}
# For each query of each group, the least calls with which a recorded gateway answered it rightly.
LEAST_CALLS = orjson.loads((Path(__file__).parent / "least_recorded_calls.json").read_bytes())
CASES = [(name, number) for name, group in GROUPS.items() for number in range(len(group["tests"]))]


async def run(group: dict[str, Any], query: str) -> tuple[dict[str, Any], int]:
    """The answer, and how many calls it took."""
    supergraph = read_supergraph(group["supergraph"])
    objects = frozenset(name for name, item in supergraph.schema.type_map.items() if is_object_type(item))
    recorded = {}
    for name in supergraph.graphs:
        calls = [call for call in group["calls"] if call["subgraph"] == name]
        recorded[name] = RecordedConnector(RecordedSubgraph(calls, objects))
    connectors = {name: GraphConnector(connector, name) for name, connector in recorded.items()}
    pipeline = Pipeline(supergraph, connectors, PipelineOptions(OperationLimits()))
    try:
        prepared = pipeline.prepare(query, None)
    except RequestError as error:
        return {"errors": error.as_json()}, 0
    context = CallContext(asyncio.get_running_loop().time() + 5)
    variables = coerce_variables(supergraph.api, prepared.operation.variables, {})
    answer = orjson.loads(encode(await prepared.plan.run(variables, context)))
    return answer, sum(connector.calls for connector in recorded.values())


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name}-{number}" for name, number in CASES])
async def test_the_answer_is_the_expected_one(name: str, number: int) -> None:
    case = GROUPS[name]["tests"][number]

    answer, _ = await run(GROUPS[name], case["query"])

    assert answer.get("data") == case["expected"].get("data")
    if isinstance(case["expected"].get("errors"), bool):
        assert bool(answer.get("errors")) == case["expected"]["errors"]


@pytest.mark.parametrize("name", GROUPS)
async def test_no_query_takes_more_calls_than_the_most_frugal_gateway_recorded(name: str) -> None:
    taken = [(await run(GROUPS[name], case["query"]))[1] for case in GROUPS[name]["tests"]]

    assert [max(ours, least) for ours, least in zip(taken, LEAST_CALLS[name], strict=True)] == LEAST_CALLS[name]
