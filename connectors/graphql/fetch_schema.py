"""Ask a running subgraph for its schema (`_service { sdl }`, Apollo's subgraph specification)."""

import ssl

import httpx
from graphql import GraphQLSyntaxError, parse

from connectors.errors import ConnectorError

QUERY = "query SubgraphSchema{_service{sdl}}"
TIMEOUT_SECONDS = 10.0
_LONGEST_EXCERPT = 200


class SchemaNotFetched(ConnectorError):
    """A subgraph did not give its schema; the message is for operators, and names the URL."""

    code = "SCHEMA_NOT_FETCHED"


async def fetch_schema(url: str) -> str:
    """Give the SDL of the subgraph at `url`; raises SchemaNotFetched, saying what was wrong and what to do."""
    try:
        trusted = ssl.create_default_context()
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False, verify=trusted) as client:
            response = await client.post(url, json={"query": QUERY})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise SchemaNotFetched(f"{url}: the subgraph cannot be reached ({reason}); is it running?") from error
    sdl = _sdl(url, response)
    try:
        parse(sdl, no_location=True)
    except GraphQLSyntaxError as error:
        raise SchemaNotFetched(f"{url}: the subgraph's SDL cannot be parsed: {error.message}") from error
    return sdl


def _sdl(url: str, response: httpx.Response) -> str:
    try:
        body = response.json()
    except ValueError as error:
        found = f"status {response.status_code}, {response.text[:_LONGEST_EXCERPT]!r}"
        raise SchemaNotFetched(f"{url}: expected a GraphQL response, got {found}; is this a GraphQL URL?") from error
    match body:
        case {"data": {"_service": {"sdl": str(sdl)}}}:
            return sdl
        case {"errors": [{"message": str(message)}, *_]}:
            raise SchemaNotFetched(
                f"{url}: the subgraph refused `_service {{ sdl }}`: {message}; "
                "let it serve its SDL, or give the SDL in a file"
            )
        case _:
            found = f"status {response.status_code}, {response.text[:_LONGEST_EXCERPT]!r}"
            raise SchemaNotFetched(f"{url}: expected `data._service.sdl` to be a string, got {found}")
