"""Limits of fields that say nothing of their own: searches and uploads, unless configured otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from schemas.policy import Mode, Origin, PolicyTable, RateLimitRule, Window

UPLOAD = "Upload"


def with_usual_limits(
    policies: PolicyTable,
    schema: GraphQLSchema,
    fields: Mapping[str, tuple[Window, ...]],
    uploads: tuple[Window, ...],
    mode: Mode,
) -> PolicyTable:
    """The policies with a limit for each of `fields` (by coordinate), and for each that takes an `Upload`."""
    found = dict(policies.fields)
    for coordinate, field in _coordinates(schema):
        windows = fields.get(coordinate) or (uploads if _takes_upload(field) else ())
        policy = policies.of(coordinate)
        if windows and not policy.rate_limits:
            origin = Origin("rate_limits")
            rule = RateLimitRule(origin, windows, coordinate=coordinate, mode=mode)
            found[coordinate] = replace(policy, rate_limits=(rule,))
    return replace(policies, fields=MappingProxyType(found))


def _coordinates(schema: GraphQLSchema) -> list[tuple[str, GraphQLField]]:
    return [
        (f"{name}.{field_name}", field)
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
        for field_name, field in type_.fields.items()
    ]


def _takes_upload(field: GraphQLField) -> bool:
    return any(get_named_type(argument.type).name == UPLOAD for argument in field.args.values())
