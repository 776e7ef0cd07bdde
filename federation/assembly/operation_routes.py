"""Read the operations that routes run, and describe them."""

from collections.abc import Mapping
from pathlib import Path

import orjson
from graphql import GraphQLSchema

from connectors.mapping.parse import parse_selection
from connectors.mapping.readers import member_names
from connectors.transforms.transforms import Change
from federation.assembly.operation_limits import operation_limits
from federation.assembly.transforms import make_change
from federation.config.openapi_section import OpenApiSection
from federation.config.place import Place
from federation.config.routes_section import ChangeSection, RouteSection
from federation.config.sections import Config
from federation.errors import RequestError
from federation.operations.errors import ValidationFailed
from federation.operations.operation import Operation
from federation.operations.prepare import prepare_operation
from federation.patterns.pattern import read_pattern
from federation.routes.operations.json_schema import Schema
from federation.routes.operations.openapi import About, DescribedRoute, openapi_document
from federation.routes.operations.parameters import parameter_problems, parameters_of
from federation.routes.operations.stored import StoredOperation


def stored_operations(
    config: Config, schema: GraphQLSchema, trusted: Mapping[str, str], problems: list[str]
) -> dict[int, StoredOperation]:
    """The operations of the routes that run one, by the routes' numbers; what is wrong is added to the problems."""
    found: dict[int, StoredOperation] = {}
    for number, section in enumerate(config.routes):
        if section.service is None:
            stored = _stored(config, section, config.top / "routes" / number, (schema, trusted), problems)
            if stored is not None:
                found[number] = stored
    return found


def describe(config: Config, schema: GraphQLSchema, stored: Mapping[int, StoredOperation]) -> bytes:
    """The OpenAPI document of these routes, as JSON text."""
    section = config.openapi or OpenApiSection()
    credentials = _credentials(config)
    about = About(
        section.title,
        section.version,
        credentials,
        anonymous=config.authentication is None or config.authentication.anonymous,
    )
    routes = [
        DescribedRoute(
            read_pattern(config.routes[number].path),
            config.routes[number].answered_methods,
            each,
            config.routes[number].is_guarded,
            config.routes[number].rate_limit is not None or config.rate_limits is not None,
        )
        for number, each in stored.items()
    ]
    return orjson.dumps(openapi_document(about, routes, schema), option=orjson.OPT_INDENT_2)


def _stored(
    config: Config,
    section: RouteSection,
    where: Place,
    graph: tuple[GraphQLSchema, Mapping[str, str]],
    problems: list[str],
) -> StoredOperation | None:
    schema, trusted = graph
    before = len(problems)
    text = _text(section, where, trusted, problems)
    if text is None:
        return None
    operation = _prepared(config, section, text, schema, problems, where)
    shape: Change | None = None
    way: tuple[str, ...] | None = ()
    if section.answer is not None:
        changes = make_change(section.answer, where / "answer", problems)
        if changes:
            shape, way = changes[0], _way(section.answer)
    if operation is None:
        return None
    names = read_pattern(section.path).names
    for method in section.answered_methods:
        found = parameter_problems(operation, schema, names, method, section.body)
        problems += [f"{where}: {problem}" for problem in found]
    if len(problems) > before:
        return None
    return StoredOperation(
        text,
        operation,
        {
            method: parameters_of(operation, schema, names, method, section.body)
            for method in section.answered_methods
            if method != "HEAD"
        },
        shape,
        way,
        section.partial,
    )


def _text(section: RouteSection, where: Place, trusted: Mapping[str, str], problems: list[str]) -> str | None:
    if section.query is not None:
        return section.query
    if section.document is not None:
        if section.document not in trusted:
            problems.append(f"{where / 'document'}: there is no trusted document '{section.document}'")
        return trusted.get(section.document)
    assert section.operation is not None
    try:
        return Path(section.operation).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{section.operation}: cannot be read: {error}")
        return None


def _prepared(
    config: Config, section: RouteSection, text: str, schema: GraphQLSchema, problems: list[str], where: Place
) -> Operation | None:
    origin = str(section.operation) if section.operation is not None else f"{where / 'query'}"
    try:
        return prepare_operation(text, section.operation_name, schema, operation_limits(config.limits))
    except ValidationFailed as error:
        problems += [_placed(origin, each) for each in error.problems]
    except RequestError as error:
        problems.append(_placed(origin, error))
    return None


def _placed(origin: str, error: RequestError) -> str:
    places = "".join(f":{line}:{column}" for line, column in error.locations[:1])
    return f"{origin}{places}: {error}"


def _way(section: ChangeSection) -> tuple[str, ...] | None:
    """The members that a mapping takes, where it does nothing else."""
    if section.mapping is None:
        return None
    sole = parse_selection(section.mapping).sole
    return None if sole is None else member_names(sole)


def _credentials(config: Config) -> dict[str, Schema]:
    section = config.authentication
    if section is None:
        return {}
    found: dict[str, Schema] = {}
    if section.issuers:
        found["token"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    if section.api_keys is not None:
        found["apiKey"] = {"type": "apiKey", "in": "header", "name": section.api_keys.header}
    if section.cookie is not None:
        found["cookie"] = {"type": "apiKey", "in": "cookie", "name": section.cookie.name}
    return found
