"""HTTP request -> GraphQL request, as the GraphQL over HTTP specification says (sections 5.2 to 5.4)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from federation.http.media_types import JSON, parse_content_type
from federation.request import ClientRequest

UTF8_NAMES = {"utf-8", "utf8"}


class BadHttpRequest(Exception):
    """The HTTP request does not carry a GraphQL request; `status` and `code` say how it is refused."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def read_get(query_string: bytes, headers: Mapping[str, str], client_address: str = "") -> ClientRequest:
    """Read a request from a URL's query. Raises BadHttpRequest."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise BadHttpRequest(400, "BAD_REQUEST", f"the query string cannot be read: {error}") from error
    parameters: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _parse_json(parameters[name].encode(), f"the parameter '{name}'")
        else:
            parameters.pop(name, None)
    return _read_parameters(parameters, headers, client_address, may_mutate=False)


def read_post(
    body: bytes, headers: Mapping[str, str], client_address: str = "", max_batch: int = 1
) -> ClientRequest | tuple[ClientRequest, ...]:
    """Read a request from a JSON body, or several from a list of at most so many. Raises BadHttpRequest."""
    media_type, parameters = parse_content_type(headers.get("content-type", ""))
    if media_type != JSON:
        found = f"found {media_type!r}" if media_type else "none was given"
        raise BadHttpRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"the content type must be {JSON}, {found}")
    if parameters.get("charset", "utf-8") not in UTF8_NAMES:
        message = f"the charset must be utf-8, found {parameters['charset']!r}"
        raise BadHttpRequest(415, "UNSUPPORTED_MEDIA_TYPE", message)
    value = _parse_json(body, "the body")
    if isinstance(value, list):
        if not 1 <= len(value) <= max_batch:
            message = f"the body is a list of {len(value)} operations; from 1 to {max_batch} are allowed"
            raise BadHttpRequest(400, "BATCH_TOO_LARGE", message)
        return tuple(_read_post(each, headers, client_address) for each in value)
    return _read_post(value, headers, client_address)


def _read_post(value: Any, headers: Mapping[str, str], client_address: str) -> ClientRequest:
    if not isinstance(value, dict):
        raise BadHttpRequest(400, "BAD_REQUEST", 'the body must be a JSON object such as {"query": "{ __typename }"}')
    return _read_parameters(value, headers, client_address, may_mutate=True)


def _parse_json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadHttpRequest(400, "BAD_REQUEST", f"{what} is not JSON: {error.msg} at {error.pos}") from error


def _read_parameters(
    parameters: Mapping[str, Any], headers: Mapping[str, str], client_address: str, *, may_mutate: bool
) -> ClientRequest:
    query = _read_text(parameters, "query")
    document_id = _read_text(parameters, "documentId")
    extensions = _read_object(parameters, "extensions")
    if query is None and document_id is None and "persistedQuery" not in extensions:
        raise BadHttpRequest(400, "BAD_REQUEST", "the parameter 'query' is missing")
    return ClientRequest(
        query=query or "",
        operation_name=_read_text(parameters, "operationName") or None,
        variables=_read_object(parameters, "variables"),
        headers=headers,
        may_mutate=may_mutate,
        client_address=client_address,
        extensions=extensions,
        document_id=document_id,
    )


def _read_text(parameters: Mapping[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, str):
        raise BadHttpRequest(400, "BAD_REQUEST", f"'{name}' must be a string, found {_kind(value)}")
    return value


def _read_object(parameters: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadHttpRequest(400, "BAD_REQUEST", f"'{name}' must be an object, found {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
