"""What is told of the decisions of policies, by a gateway that makes them."""

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.gateway import Gateway
from federation.request import ClientRequest
from federation.telemetry.policy_metrics import OUTCOMES, POLICIES, PolicyMetrics

GRAPH = """
import strawberry

from schemas.authoring import Authenticated, Public, RateLimit, RequiresRole

@strawberry.type
class Query:
    @strawberry.field(extensions=[RequiresRole("admin")])
    def kept(self) -> int | None:
        return 1

    @strawberry.field(extensions=[RequiresRole("admin", mode="shadow")])
    def watched(self) -> int | None:
        return 2

    @strawberry.field(extensions=[RateLimit("2/hour", key="global")])
    def rare(self) -> int | None:
        return 3

    @strawberry.field
    def free(self) -> int | None:
        return 4
"""


async def told(folder: Path, *queries: str) -> dict[tuple[str, str], float]:
    (folder / "graph.py").write_text(GRAPH)
    config = parse_config("subgraphs: {shop: {module: graph.py}}", folder / "interlace.yaml", {})
    metrics = CollectorRegistry()
    gateway = Gateway()
    metrics.register(PolicyMetrics(lambda: gateway.decisions))
    async with open_gateway(config, gateway):
        for query in queries:
            await gateway.answer(ClientRequest(query))
        samples = {
            (name, outcome): metrics.get_sample_value(
                "interlace_policy_decisions_total", {"policy": name, "outcome": outcome}
            )
            for name in POLICIES.values()
            for outcome in OUTCOMES
        }
    return {key: value for key, value in samples.items() if value}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ kept }", {("roles", "denied"): 1}),
        ("{ watched }", {("roles", "shadowed"): 1}),
        ("{ a: rare b: rare c: rare d: rare }", {("rate_limit", "denied"): 2}),
        ("{ rare }", {("rate_limit", "allowed"): 1}),
        ("{ free }", {}),
    ],
)
async def test_decisions_are_counted_by_kind_and_outcome(
    query: str, expected: dict[tuple[str, str], float], tmp_path: Path
) -> None:
    assert await told(tmp_path, query) == expected


def test_without_a_gateway_every_kind_has_none() -> None:
    (family,) = PolicyMetrics(lambda: None).collect()

    assert {sample.value for sample in family.samples} == {0}
