"""Asking running subgraphs for their SDL."""

from typing import Any

import pytest

from connectors.graphql.fetch_schema import SchemaNotFetched, fetch_schema


async def test_the_sdl_of_a_running_subgraph_is_given_as_it_is(subgraph: Any) -> None:
    subgraph.body = {"data": {"_service": {"sdl": "type Query { a: Int }"}}}
    assert await fetch_schema(f"{subgraph.url}/graphql") == "type Query { a: Int }"
    assert subgraph.heads[0].startswith("POST /graphql ")


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, b"<html>", "is this a GraphQL URL"),
        (404, b"", "status 404"),
        (200, {"data": {"_service": None}}, "to be a string"),
        (200, {"data": {"_service": {"sdl": None}}}, "to be a string"),
        (200, {"errors": [{"message": "Cannot query field '_service'"}]}, "refused .* Cannot query field"),
        (200, {"data": {"_service": {"sdl": "type Query {"}}}, "cannot be parsed"),
    ],
)
async def test_a_subgraph_without_sdl_is_told_with_its_url_and_what_was_found(
    subgraph: Any, status: int, body: Any, problem: str
) -> None:
    subgraph.status, subgraph.body = status, body
    with pytest.raises(SchemaNotFetched, match=problem) as caught:
        await fetch_schema(subgraph.url)
    assert str(caught.value).startswith(subgraph.url)


async def test_a_subgraph_that_is_not_running_is_told(subgraph: Any) -> None:
    await subgraph.stop()
    with pytest.raises(SchemaNotFetched, match="is it running"):
        await fetch_schema(subgraph.url)


async def test_a_url_that_is_none_is_told() -> None:
    with pytest.raises(SchemaNotFetched):
        await fetch_schema("not a url")
