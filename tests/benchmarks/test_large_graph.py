"""The large graph that planning is measured on."""

from benchmarks.large_graph import large_graph, wide_query
from federation.composition.compose import compose
from federation.operations.limits import OperationLimits
from federation.operations.prepare import prepare_operation
from federation.planning.plan import placed_fetches
from federation.planning.planner import Planner
from schemas.read_supergraph import read_supergraph


def test_the_large_graph_composes_and_its_query_goes_through_many_subgraphs() -> None:
    result = compose(large_graph(35))
    assert not result.errors

    supergraph = read_supergraph(result.supergraph_sdl)
    operation = prepare_operation(wide_query(), None, supergraph.api, OperationLimits())
    plan = Planner(supergraph).plan(operation)

    assert len({node.fetch.graph for node, _ in placed_fetches(plan)}) > 10


def test_the_large_graph_is_the_same_in_every_run() -> None:
    assert large_graph() == large_graph()
