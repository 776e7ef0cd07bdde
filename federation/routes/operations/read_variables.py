"""Read the variables of an operation off a request, as their types in the schema want them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
)

from federation.errors import RequestError
from federation.operations.errors import VariablesInvalid
from federation.routes.operations.stored import WITH_BODY, Parameter
from federation.routes.routed import RoutedRequest

INT: Final = re.compile(r"-?[0-9]{1,18}")
FLOAT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
BOOLEANS: Final = {"true": True, "false": False}
MOST_PAIRS: Final = 100


class BodyUnreadable(RequestError):
    """The body is not a JSON object."""

    status = 400


class BodyNotTaken(RequestError):
    """The body is of a kind that is not read here."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


async def read_variables(
    parameters: Sequence[Parameter], request: RoutedRequest, path: Mapping[str, str], most_bytes: int
) -> dict[str, Any]:
    """The variables that a request gives. Raises VariablesInvalid with every problem, or a RequestError."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    query = _read_query(request.query)
    known = {parameter.name: parameter for parameter in parameters}
    for name, texts in query.items():
        parameter = known.get(name)
        if parameter is None or parameter.source != "query":
            shown = ", ".join(each.name for each in parameters if each.source == "query") or "none"
            problems.append(f"there is no parameter '{name}' in the query; known are: {shown}")
        else:
            _take(parameter, texts, values, problems)
    for parameter in parameters:
        if parameter.source == "path":
            _take(parameter, [path[parameter.name]], values, problems)
    if request.method in WITH_BODY:
        _take_body(parameters, await _read_body(request, most_bytes), values, problems)
    given = {*values, *query, *path}
    problems += [f"'{each.name}' is missing" for each in parameters if each.is_required and each.name not in given]
    if problems:
        raise VariablesInvalid(problems[0], extensions={"problems": problems})
    return values


def _read_query(text: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PAIRS)
    except ValueError as error:
        raise VariablesInvalid(f"the query cannot be read: {error}") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def _read_body(request: RoutedRequest, most_bytes: int) -> Any:
    """The JSON of the body; None where there is none."""
    body = await request.body.read(most_bytes)
    if not body:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise BodyNotTaken(f"the content type must be application/json, found {kind!r}")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyUnreadable(f"the body is not JSON: {error.msg} at {error.pos}") from error


def _take_body(parameters: Sequence[Parameter], body: Any, values: dict[str, Any], problems: list[str]) -> None:
    whole = next((each for each in parameters if each.source == "body"), None)
    if whole is not None:
        if body is not None:
            values[whole.name] = body
        return
    if body is None:
        return
    if not isinstance(body, dict):
        raise BodyUnreadable("the body must be a JSON object whose members are the parameters")
    members = [each.name for each in parameters if each.source == "member"]
    for name, value in body.items():
        if name in members:
            values[name] = value
        else:
            problems.append(f"there is no parameter '{name}' in the body; known are: {', '.join(members) or 'none'}")


def _take(parameter: Parameter, texts: Sequence[str], values: dict[str, Any], problems: list[str]) -> None:
    type_ = parameter.type.of_type if isinstance(parameter.type, GraphQLNonNull) else parameter.type
    try:
        if isinstance(type_, GraphQLList):
            values[parameter.name] = [_value(text, type_.of_type) for text in texts]
        elif len(texts) > 1:
            problems.append(f"'{parameter.name}' stands {len(texts)} times, and can have one value")
        else:
            values[parameter.name] = _value(texts[0], type_)
    except ValueError as error:
        problems.append(f"'{parameter.name}' must be {error}")


def _value(text: str, type_: GraphQLInputType) -> Any:
    """The JSON value of a text. Raises ValueError, whose text says what it would have to be."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLEnumType):
        if text not in inner.values:
            raise ValueError(f"one of {', '.join(inner.values)}, found {text!r}")
        return text
    if inner is GraphQLInt or getattr(inner, "name", "") == GraphQLInt.name:
        if not INT.fullmatch(text):
            raise ValueError(f"a whole number, found {text!r}")
        return int(text)
    if getattr(inner, "name", "") == GraphQLFloat.name:
        if not FLOAT.fullmatch(text):
            raise ValueError(f"a number, found {text!r}")
        return float(text)
    if getattr(inner, "name", "") == GraphQLBoolean.name:
        if text not in BOOLEANS:
            raise ValueError(f"true or false, found {text!r}")
        return BOOLEANS[text]
    return text  # texts, ids, and scalars of a team's own, which say themselves what they take
