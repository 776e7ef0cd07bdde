"""A plan's answer equals that of one merged schema run by graphql-core, whatever the query."""

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connectors.protocol import CallContext
from federation.execution.encode import encode
from federation.execution.graph_connector import GraphConnector
from federation.operations.limits import OperationLimits
from federation.pipeline import Pipeline, PipelineOptions
from schemas.read_supergraph import read_supergraph
from schemas.supergraph import Supergraph
from tests.federation.execution.universe import Thing, Universe, UniverseConnector

AUDIT = Path(__file__).parents[2] / "conformance" / "audit"
# One of its keys is a list of entities, by which made-up objects cannot be told apart.
WITHOUT_IDENTITY = {"complex-entity-call"}
GROUPS = sorted({path.stem for path in AUDIT.glob("*.json")} - WITHOUT_IDENTITY)


@cache
def supergraph_of(group: str) -> Supergraph:
    return read_supergraph(orjson.loads((AUDIT / f"{group}.json").read_bytes())["supergraph"])


@st.composite
def queries(draw: st.DrawFn, supergraph: Supergraph) -> str:
    return f"query {draw(selections(supergraph, supergraph.api.query_type, 4))}"


@st.composite
def selections(draw: st.DrawFn, supergraph: Supergraph, owner: Any, depth: int) -> str:
    parts = []
    if isinstance(owner, GraphQLObjectType) or hasattr(owner, "fields"):
        fields = [
            (name, field)
            for name, field in sorted(owner.fields.items())
            if depth > 1 or not is_composite_type(get_named_type(field.type))
        ]
        if fields:
            for name, field in draw(st.lists(st.sampled_from(fields), min_size=1, max_size=4)):
                parts.append(draw(a_field(supergraph, name, field, depth)))
    if is_abstract_type(owner) or draw(st.integers(0, 9)) == 0:
        parts += ["__typename"] * draw(st.integers(0, 1))
    if is_abstract_type(owner):
        for each in draw(
            st.lists(st.sampled_from(sorted(supergraph.api.get_possible_types(owner), key=str)), max_size=2)
        ):
            parts.append(f"... on {each.name} {draw(selections(supergraph, each, depth - 1))}")
    return f"{{ {' '.join(parts or ['__typename'])} }}"


@st.composite
def a_field(draw: st.DrawFn, supergraph: Supergraph, name: str, field: GraphQLField, depth: int) -> str:
    given_arguments = [
        f"{key}: {literal(argument.type)}" for key, argument in field.args.items() if is_needed(argument)
    ]
    arguments = f"({', '.join(given_arguments)})" if given_arguments else ""
    alias = draw(st.sampled_from(["", "", "", "a: ", "b: "]))
    named = get_named_type(field.type)
    inner = f" {draw(selections(supergraph, named, depth - 1))}" if is_composite_type(named) else ""
    return f"{alias}{name}{arguments}{inner}"


def is_needed(argument: GraphQLArgument) -> bool:
    return isinstance(argument.type, GraphQLNonNull)


def literal(kind: Any) -> str:
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return min(kind.values)
    if isinstance(kind, GraphQLInputObjectType):
        return "{" + ", ".join(f"{name}: {literal(item.type)}" for name, item in sorted(kind.fields.items())) + "}"
    return {"Int": "1", "Float": "1.5", "Boolean": "true"}.get(kind.name, '"x"')


def expected(supergraph: Supergraph, universe: Universe, query: str) -> dict[str, Any]:
    def resolve(thing: Thing, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        return universe.value(thing, info.field_name, arguments)

    def resolve_type(thing: Thing, *_: object) -> str:
        return thing.type_name

    result = execute_sync(
        supergraph.api,
        parse(query),
        root_value=Thing("Query", ""),
        field_resolver=resolve,
        type_resolver=resolve_type,
    )
    return {"data": result.data, "errors": bool(result.errors)}


async def answered(supergraph: Supergraph, universe: Universe, query: str) -> dict[str, Any]:
    connectors: Mapping[str, GraphConnector] = {
        name: GraphConnector(UniverseConnector(universe, graph), name) for name, graph in supergraph.graphs.items()
    }
    pipeline = Pipeline(supergraph, connectors, PipelineOptions(OperationLimits()))
    prepared = pipeline.prepare(query, None)
    context = CallContext(asyncio.get_running_loop().time() + 5)
    answer = orjson.loads(encode(await prepared.plan.run({}, context)))
    return {"data": answer["data"], "errors": bool(answer.get("errors"))}


@pytest.mark.parametrize("group", GROUPS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 3))
def test_the_answer_is_that_of_one_merged_schema(group: str, data: st.DataObject, seed: int) -> None:
    supergraph = supergraph_of(group)
    query = data.draw(queries(supergraph))
    assume(not validate(supergraph.api, parse(query)))
    universe = Universe(supergraph, seed)

    assert asyncio.run(answered(supergraph, universe, query)) == expected(supergraph, universe, query)
