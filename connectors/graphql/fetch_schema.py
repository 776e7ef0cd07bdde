"""Ask a running service for its schema: by `_service { sdl }` (Apollo's subgraph specification) or introspection."""

import ssl
from typing import Any

import httpx
from graphql import GraphQLError, GraphQLSyntaxError, build_client_schema, get_introspection_query, parse, print_schema

from connectors.errors import ConnectorError

QUERY = "query SubgraphSchema{_service{sdl}}"
TIMEOUT_SECONDS = 10.0
_LONGEST_EXCERPT = 200


class SchemaNotFetched(ConnectorError):
    """A subgraph did not give its schema; the message is for operators, and names the URL."""

    code = "SCHEMA_NOT_FETCHED"


async def fetch_schema(url: str) -> str:
    """Give the SDL of the subgraph at `url`; raises SchemaNotFetched, saying what was wrong and what to do."""
    sdl = _sdl(url, await _ask(url, QUERY))
    try:
        parse(sdl, no_location=True)
    except GraphQLSyntaxError as error:
        raise SchemaNotFetched(f"{url}: the subgraph's SDL cannot be parsed: {error.message}") from error
    return sdl


async def introspect(url: str) -> str:
    """Give the SDL of a plain GraphQL service, with descriptions and deprecations; raises SchemaNotFetched."""
    response = await _ask(url, get_introspection_query(input_value_deprecation=True))
    body = _json(url, response)
    match body:
        case {"data": {"__schema": {"types": list()}} as data}:
            pass
        case {"errors": [{"message": str(message)}, *_]}:
            raise SchemaNotFetched(f"{url}: the service refused introspection: {message}; give its SDL in a file")
        case _:
            raise SchemaNotFetched(f"{url}: expected the schema under `data.__schema`, got {_found(response)}")
    try:
        return print_schema(build_client_schema(data))
    except (GraphQLError, TypeError, KeyError) as error:
        raise SchemaNotFetched(f"{url}: the introspected schema is not valid: {error}") from error


async def _ask(url: str, query: str) -> httpx.Response:
    try:
        trusted = ssl.create_default_context()
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False, verify=trusted) as client:
            return await client.post(url, json={"query": query})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise SchemaNotFetched(f"{url}: the subgraph cannot be reached ({reason}); is it running?") from error


def _json(url: str, response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        message = f"{url}: expected a GraphQL response, got {_found(response)}; is this a GraphQL URL?"
        raise SchemaNotFetched(message) from error


def _found(response: httpx.Response) -> str:
    return f"status {response.status_code}, {response.text[:_LONGEST_EXCERPT]!r}"


def _sdl(url: str, response: httpx.Response) -> str:
    match _json(url, response):
        case {"data": {"_service": {"sdl": str(sdl)}}}:
            return sdl
        case {"errors": [{"message": str(message)}, *_]}:
            raise SchemaNotFetched(
                f"{url}: the subgraph refused `_service {{ sdl }}`: {message}; "
                "let it serve its SDL, or give the SDL in a file"
            )
        case _:
            raise SchemaNotFetched(f"{url}: expected `data._service.sdl` to be a string, got {_found(response)}")
