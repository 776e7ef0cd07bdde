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
from federation.execution.fetching import GraphConnector
from federation.operations.limits import OperationLimits
from federation.operations.variables import coerce_variables
from federation.pipeline import Pipeline, PipelineOptions
from schemas.read_supergraph import read_supergraph
from tests.conformance.recorded_subgraphs import RecordedConnector, RecordedSubgraph

GROUPS = {path.stem: orjson.loads(path.read_bytes()) for path in sorted((Path(__file__).parent / "audit").glob("*"))}
CASES = [(name, number) for name, group in GROUPS.items() for number in range(len(group["tests"]))]


async def run(group: dict[str, Any], query: str) -> dict[str, Any]:
    supergraph = read_supergraph(group["supergraph"])
    objects = frozenset(name for name, item in supergraph.schema.type_map.items() if is_object_type(item))
    connectors = {}
    for name in supergraph.graphs:
        calls = [call for call in group["calls"] if call["subgraph"] == name]
        connectors[name] = GraphConnector(RecordedConnector(RecordedSubgraph(calls, objects)), name)
    pipeline = Pipeline(supergraph, connectors, PipelineOptions(OperationLimits()))
    try:
        prepared = pipeline.prepare(query, None)
    except RequestError as error:
        return {"errors": error.as_json()}
    context = CallContext(asyncio.get_running_loop().time() + 5)
    variables = coerce_variables(supergraph.api, prepared.operation.variables, {})
    return orjson.loads(encode(await prepared.plan.run(variables, context)))


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name}-{number}" for name, number in CASES])
async def test_the_answer_is_the_expected_one(name: str, number: int) -> None:
    case = GROUPS[name]["tests"][number]

    answer = await run(GROUPS[name], case["query"])

    assert answer.get("data") == case["expected"].get("data")
    if isinstance(case["expected"].get("errors"), bool):
        assert bool(answer.get("errors")) == case["expected"]["errors"]
