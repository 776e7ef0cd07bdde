"""Describe the routes that run operations, as an OpenAPI 3.1 document."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLSchema

from federation.operations.operation import OperationField
from federation.patterns.pattern import Pattern
from federation.routes.operations.json_schema import InputSchemas, Schema, answer_schema, field_schema
from federation.routes.operations.stored import Parameter, StoredOperation

VERSION: Final = "3.1.0"
# No name of a GraphQL type has a dot.
PROBLEM: Final = "interlace.Problem"
PROBLEM_SCHEMA: Final[Schema] = {
    "type": "object",
    "description": "What went wrong (RFC 9457); the code is stable, messages are for people.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "code"],
}


@dataclass(frozen=True, slots=True)
class DescribedRoute:
    """One route with its methods; `is_guarded` where not everybody may take it, `is_limited` where not always."""

    pattern: Pattern
    methods: tuple[str, ...]
    stored: StoredOperation
    is_guarded: bool = False
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of the whole: how credentials are sent, by their names, and whether none is needed."""

    title: str
    version: str
    credentials: Mapping[str, Schema] = field(default_factory=dict)
    anonymous: bool = True


def openapi_document(about: About, routes: Iterable[DescribedRoute], schema: GraphQLSchema) -> dict[str, Any]:
    """The document. The same routes give the same text."""
    inputs = InputSchemas()
    paths: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for route in routes:
        item = paths.setdefault(route.pattern.text, {})
        for method in route.methods:
            if method in {"HEAD", "OPTIONS"}:
                continue
            described_operation = _operation(route, method, about, inputs, schema)
            described_operation["operationId"] = _name(route, method, taken)
            item[method.lower()] = described_operation
    components: dict[str, Any] = {"schemas": {**inputs.components, PROBLEM: PROBLEM_SCHEMA}}
    if about.credentials:
        components["securitySchemes"] = dict(about.credentials)
    return {
        "openapi": VERSION,
        "info": {"title": about.title, "version": about.version},
        "paths": paths,
        "components": components,
    }


def _operation(
    route: DescribedRoute, method: str, about: About, inputs: InputSchemas, schema: GraphQLSchema
) -> dict[str, Any]:
    stored = route.stored
    parameters = stored.parameters[method]
    made: dict[str, Any] = {}
    summary = _summary(stored, schema)
    if summary:
        made["summary"] = summary
    standing = [_parameter(each, inputs) for each in parameters if each.source in {"path", "query"}]
    if standing:
        made["parameters"] = standing
    body = _body([each for each in parameters if each.source in {"member", "body"}], inputs)
    if body is not None:
        made["requestBody"] = body
    made["responses"] = _responses(route)
    if about.credentials:
        needed: list[dict[str, list[str]]] = [{name: []} for name in about.credentials]
        made["security"] = needed if route.is_guarded or not about.anonymous else [{}, *needed]
    return made


def _parameter(parameter: Parameter, inputs: InputSchemas) -> dict[str, Any]:
    schema = inputs.of(parameter.type, in_text=True)
    if parameter.has_default:
        schema = {**schema, "default": parameter.default}
    made: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.source,
        "required": parameter.source == "path" or parameter.is_required,
        "schema": schema,
    }
    if schema.get("type") == "array":
        made |= {"style": "form", "explode": True}
    return made


def _body(parameters: Sequence[Parameter], inputs: InputSchemas) -> dict[str, Any] | None:
    if not parameters:
        return None
    whole = next((each for each in parameters if each.source == "body"), None)
    if whole is not None:
        schema, is_required = inputs.of(whole.type), whole.is_required
    else:
        required = [each.name for each in parameters if each.is_required]
        schema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {each.name: _member(each, inputs) for each in parameters},
            **({"required": required} if required else {}),
        }
        is_required = bool(required)
    return {"required": is_required, "content": {"application/json": {"schema": schema}}}


def _member(parameter: Parameter, inputs: InputSchemas) -> Schema:
    schema = inputs.of(parameter.type)
    return {**schema, "default": parameter.default} if parameter.has_default else schema


def _responses(route: DescribedRoute) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}}}}
    made: dict[str, Any] = {
        "200": {"description": "The answer.", "content": {"application/json": {"schema": _answer(route.stored)}}}
    }
    if route.stored.operation.kind == "query":
        made["304"] = {"description": "The answer that the client has still holds."}
    made["400"] = {"description": "A parameter is missing or of a wrong type; `problems` lists all.", **problem}
    if route.is_guarded:
        made["401"] = {"description": "Say who you are.", **problem}
        made["403"] = {"description": "You may not take this route.", **problem}
    if route.stored.operation.kind == "query":
        made["404"] = {"description": "There is no such thing.", **problem}
    if route.is_limited:
        made["429"] = {"description": "Asked for too often; `Retry-After` says when again.", **problem}
    made["default"] = {"description": "Something else went wrong; `code` says what.", **problem}
    return made


def _answer(stored: StoredOperation) -> Schema:
    """The schema of the answer; of one that a mapping makes, only as far as it does no more than choose."""
    if stored.way is None:
        return {"description": "The data of the operation in another shape."}
    selections, schema = stored.operation.selections, answer_schema(stored.operation.selections)
    for name in stored.way:
        found = next((each for each in selections if isinstance(each, OperationField) and each.key == name), None)
        if found is None:
            return {"description": "A part of the data of the operation."}
        selections, schema = found.selections, field_schema(found)
    return schema


def _summary(stored: StoredOperation, schema: GraphQLSchema) -> str:
    first = stored.operation.selections[0]
    root = schema.get_type(stored.operation.root_type)
    fields = getattr(root, "fields", {})
    if not isinstance(first, OperationField) or first.name not in fields:
        return ""
    return fields[first.name].description or ""


def _name(route: DescribedRoute, method: str, taken: set[str]) -> str:
    """A name that no other operation of the document has."""
    own = route.stored.operation.name if len(route.methods) <= 2 else None
    slug = re.sub(r"[^A-Za-z0-9]+", "_", route.pattern.text).strip("_")
    candidates = [own, f"{method.lower()}_{slug}", *(f"{method.lower()}_{slug}_{number}" for number in range(2, 1000))]
    name = next(each for each in candidates if each and each not in taken)
    taken.add(name)
    return name
