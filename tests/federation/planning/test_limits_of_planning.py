"""Operations made to explode the planner end soon, with an error that says so."""

import pytest

from federation.operations.errors import OperationTooLarge
from federation.operations.limits import OperationLimits
from federation.operations.operation import Operation
from federation.operations.prepare import prepare_operation
from federation.planning.errors import FieldUnreachable
from federation.planning.planner import Planner
from schemas.read_supergraph import read_supergraph
from tests.federation.planning.read_cases import supergraph_of

GENEROUS = OperationLimits(max_tokens=200_000, max_fields=200_000)
UNREACHABLE = """
schema { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { user: User @join__field(graph: A) }
type User @join__type(graph: A, key: "id") @join__type(graph: B, key: "email") {
  id: ID! @join__field(graph: A)
  email: String @join__field(graph: B)
  age: Int @join__field(graph: B)
}
"""


def operation(file: str, query: str, limits: OperationLimits = GENEROUS) -> Operation:
    return prepare_operation(query, None, supergraph_of(file).api, limits)


def test_thousands_of_aliases_are_planned_within_the_budget() -> None:
    aliases = " ".join(f"a{number}: offer" for number in range(2_000))
    planner = Planner(supergraph_of("requires"))

    assert planner.plan(operation("requires", f"{{ product {{ {aliases} }} }}")).root is not None


def test_what_needs_more_steps_than_allowed_is_refused() -> None:
    aliases = " ".join(f"a{number}: product {{ offer }}" for number in range(200))
    planner = Planner(supergraph_of("requires"), most_steps=1_000)

    with pytest.raises(OperationTooLarge):
        planner.plan(operation("requires", f"{{ {aliases} }}"))


def test_fragments_that_double_at_every_level_are_refused_before_planning() -> None:
    fragments = " ".join(f"fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }}" for number in range(60))
    query = f"{{ ...F0 }} {fragments} fragment F60 on Query {{ product {{ id }} }}"

    with pytest.raises(OperationTooLarge):
        operation("requires", query, OperationLimits())


def test_a_field_to_which_no_key_leads_refuses_the_operation() -> None:
    supergraph = read_supergraph(UNREACHABLE)
    asked = prepare_operation("{ user { id age } }", None, supergraph.api, OperationLimits())

    with pytest.raises(FieldUnreachable, match=r"'User\.age' cannot be reached"):
        Planner(supergraph).plan(asked)


REQUIRING = """
schema { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { user: User @join__field(graph: A) }
type User @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  f0: Int @join__field(graph: A)
"""


def test_requirements_as_deep_as_no_stack_refuse_the_operation() -> None:
    fields = "\n".join(
        f'f{number}: Int @join__field(graph: {"AB"[number % 2]}, requires: "f{number - 1}")\n'
        for number in range(1, 400)
    )
    supergraph = read_supergraph(f"{REQUIRING} {fields} }}")
    asked = prepare_operation("{ user { f399 } }", None, supergraph.api, OperationLimits())

    with pytest.raises(OperationTooLarge):
        Planner(supergraph).plan(asked)


def test_fields_under_as_many_conditions_as_there_are_combinations_are_planned_within_the_budget() -> None:
    variables = " ".join(f"$v{number}: Boolean!" for number in range(8))
    fields = " ".join(
        f"a{mask}: product {{ offer "
        + "".join("... " + f"@include(if: $v{bit}) {{ " for bit in range(8) if mask >> bit & 1)
        + "id"
        + " }" * mask.bit_count()
        + " }"
        for mask in range(256)
    )
    asked = operation("requires", f"query ({variables}) {{ {fields} }}")

    assert Planner(supergraph_of("requires")).plan(asked).root is not None


WIDTH = 12
WIDE = """
schema { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { node: Node @join__field(graph: A) }
interface Node @join__type(graph: A) @join__type(graph: B) { id: ID! next: Node other: Node }
""" + "".join(
    f"""
type T{number} implements Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {{
  id: ID!
  next: Node @join__field(graph: A)
  other: Node @join__field(graph: B)
}}
"""
    for number in range(WIDTH)
)


def test_interfaces_that_lead_to_themselves_are_planned_or_refused_within_the_budget() -> None:
    supergraph = read_supergraph(WIDE)
    shallow = prepare_operation("{ node { next { other { id } } } }", None, supergraph.api, GENEROUS)
    query = f"{{ node {{ {'next { other { ' * 8} id {' } }' * 8} }} }}"
    deep = prepare_operation(query, None, supergraph.api, GENEROUS)

    assert Planner(supergraph).plan(shallow).root is not None
    with pytest.raises(OperationTooLarge):
        Planner(supergraph, most_steps=20_000).plan(deep)
