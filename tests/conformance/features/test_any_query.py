"""Whatever a client asks of these worlds, no subgraph gets a call that it would refuse."""

import asyncio
import importlib
from pathlib import Path

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.conformance.features.world import World
from tests.federation.execution.test_oracle import queries

HERE = Path(__file__)
WORLDS = {
    f"{path.stem.removeprefix('test_')}-{name}": world
    for path in sorted(HERE.parent.glob("test_*.py"))
    if path.stem not in {HERE.stem, "test_over_http"}
    for name, world in vars(importlib.import_module(f"tests.conformance.features.{path.stem}")).items()
    if isinstance(world, World)
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_call_is_refused(world: World, data: st.DataObject) -> None:
    query = data.draw(queries(world.supergraph))
    assume(not validate(world.supergraph.api, parse(query)))

    assert asyncio.run(world.refusals(query)) == []
