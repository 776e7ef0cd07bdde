"""Read a subgraph's response: its data and its errors, or what is wrong with it (GraphQL specification, section 7)."""

from collections.abc import Mapping, Sequence
from types import NoneType

import orjson

from connectors.errors import BadAnswer, BadStatus
from connectors.http.response import HttpResponse
from connectors.protocol import Answer, AnswerError, Json, PathKey

ENTITIES = "_entities"
SUBGRAPH_ERROR = "SUBGRAPH_ERROR"

# What frameworks add to errors while developing; clients never see stack traces.
_HIDDEN_EXTENSIONS = frozenset({"exception", "stacktrace"})
_LONGEST_EXCERPT = 200
_ENTITY_TYPES = frozenset({dict, NoneType})


def read_answer(response: HttpResponse, entities: int | None) -> Answer:
    """Read a response; `entities` says how many entities were asked for, None for a root fetch.

    Raises BadStatus for a failure that has no GraphQL in it, BadAnswer for what is no response to what was asked.
    """
    body = _graphql_body(response)
    if "errors" not in body and (data := body.get("data")).__class__ is dict:
        # Nearly every answer: nothing of it needs to be looked at in more detail.
        if entities is None:
            return Answer(data)
        found = data.get(ENTITIES)
        if found.__class__ is list and len(found) == entities and _ENTITY_TYPES.issuperset(map(type, found)):
            return Answer(found)
    return _read(body, response, None if entities is None else {ENTITIES: range(entities)})


def read_groups(response: HttpResponse, groups: Mapping[str, Sequence[int]]) -> Answer:
    """The same for entities that were asked for in groups: for each response key, the positions of its entities."""
    return _read(_graphql_body(response), response, groups)


def _read(body: Mapping[str, Json], response: HttpResponse, groups: Mapping[str, Sequence[int]] | None) -> Answer:
    errors = tuple(_error(error, groups) for error in body.get("errors") or ())
    data = body.get("data")
    if data is None:
        if not errors:
            raise BadAnswer("the subgraph answered neither data nor errors", detail=_excerpt(response))
        return Answer(None, errors)
    if not isinstance(data, dict):
        raise BadAnswer(f"the subgraph's data is {_kind(data)}, not an object", detail=_excerpt(response))
    if groups is None:
        return Answer(data, errors)
    return _entity_answer(data, errors, groups, response)


def _graphql_body(response: HttpResponse) -> dict[str, Json]:
    """Decode the body; a status that means failure is one only where the body says nothing better."""
    is_success = 200 <= response.status < 300
    try:
        body = orjson.loads(response.body)
    except orjson.JSONDecodeError as error:
        if not is_success:
            raise _bad_status(response) from error
        raise BadAnswer("the subgraph's answer is not JSON", detail=f"{error}: {_excerpt(response)}") from error
    if not is_success and not _is_graphql(body):
        raise _bad_status(response)
    if not isinstance(body, dict):
        raise BadAnswer(f"the subgraph's answer is {_kind(body)}, not an object", detail=_excerpt(response))
    if not _is_errors(body.get("errors")):
        raise BadAnswer("the subgraph's errors are not a list of errors", detail=_excerpt(response))
    return body


def _is_graphql(body: Json) -> bool:
    """Whether a body that came with a failure status is a GraphQL response, and not another kind of JSON."""
    if not isinstance(body, dict) or not _is_errors(body.get("errors")):
        return False
    return bool(body.get("errors")) or isinstance(body.get("data"), dict)


def _is_errors(value: Json) -> bool:
    """Whether a value can stand as `errors`; null is no error, as some servers write it."""
    return value is None or (
        isinstance(value, list)
        and all(isinstance(item, dict) and isinstance(item.get("message"), str) for item in value)
    )


def _entity_answer(
    data: dict[str, Json], errors: tuple[AnswerError, ...], groups: Mapping[str, Sequence[int]], response: HttpResponse
) -> Answer:
    found: list[Json] = []
    for key, positions in groups.items():
        items = data.get(key)
        if items is None and errors:
            return Answer(None, errors)  # `_entities` may not be null, but the subgraph says why it is
        if not isinstance(items, list):
            raise BadAnswer(f"the subgraph's entities are {_kind(items)}, not a list", detail=_excerpt(response))
        if len(items) != len(positions):
            message = f"the subgraph answered {len(items)} entities, and was asked for {len(positions)}"
            raise BadAnswer(message, detail=_excerpt(response))
        if not _ENTITY_TYPES.issuperset(map(type, items)):
            raise BadAnswer("the subgraph's entities are not all objects or null", detail=_excerpt(response))
        found = items if len(groups) == 1 else [*found, *items]
    if len(groups) == 1:
        return Answer(found, errors)
    order = [position for positions in groups.values() for position in positions]
    placed: list[Json] = [None] * len(order)
    for position, item in zip(order, found, strict=True):
        placed[position] = item
    return Answer(placed, errors)


def _error(error: dict[str, Json], groups: Mapping[str, Sequence[int]] | None) -> AnswerError:
    given = error.get("extensions")
    extensions = given if isinstance(given, dict) else {}
    code = extensions.get("code")
    path = _path(error.get("path"), groups)
    return AnswerError(
        code=code if isinstance(code, str) and code else SUBGRAPH_ERROR,
        message=error["message"],
        path=path,
        extensions={key: value for key, value in extensions.items() if key not in _HIDDEN_EXTENSIONS},
        of_entity=groups is not None and bool(path),
    )


def _path(given: Json, groups: Mapping[str, Sequence[int]] | None) -> tuple[PathKey, ...]:
    """The path into the answer's data; empty, which means the whole fetch, where it leads elsewhere."""
    if not isinstance(given, list) or not all(type(key) in {str, int} for key in given):
        return ()
    if groups is None:
        return tuple(given)
    positions = groups.get(given[0], ()) if given else ()
    if len(given) < 2 or not isinstance(given[1], int) or not 0 <= given[1] < len(positions):
        return ()
    return (positions[given[1]], *given[2:])


def _bad_status(response: HttpResponse) -> BadStatus:
    return BadStatus(
        f"the service answered with status {response.status}",
        detail=_excerpt(response),
        extensions={"status": response.status},
    )


def _excerpt(response: HttpResponse) -> str:
    return response.body[:_LONGEST_EXCERPT].decode(errors="replace")


def _kind(value: Json) -> str:
    """Name a JSON value's kind."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", NoneType: "null"}
    return names.get(type(value), "a number")
