"""What stands in for a field's value is a value of its type, and stands in for what is read."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    is_composite_type,
    specified_scalar_types,
)

from schemas.policy import FieldPolicy


def check_fallbacks(schema: GraphQLSchema, policies: Mapping[str, FieldPolicy]) -> Iterator[str]:
    """Every fallback that cannot be one."""
    for coordinate, policy in policies.items():
        owner, _, name = coordinate.partition(".")
        type_ = schema.type_map[owner]
        if policy.fallback is None or not isinstance(type_, GraphQLObjectType) or name == "__typename":
            continue
        where = f"{policy.fallback.origin}: {coordinate}: "
        if type_ is schema.mutation_type:
            yield f"{where}what a mutation did cannot be made up: remove its fallback"
        elif policy.fallback.default is not None:
            problem = _problem(orjson.loads(policy.fallback.default), type_.fields[name].type)
            if problem:
                yield f"{where}its fallback has the default {policy.fallback.default}: {problem}"


def _problem(value: Any, type_: GraphQLOutputType) -> str:
    """Why it is no value of the type; empty where it is one."""
    if isinstance(type_, GraphQLNonNull):
        return f"it may not be null, as the type is {type_}" if value is None else _problem(value, type_.of_type)
    if value is None:
        return ""
    if isinstance(type_, GraphQLList):
        if not isinstance(value, list):
            return f"it has to be a list, as the type is {type_}"
        return next((problem for item in value if (problem := _problem(item, type_.of_type))), "")
    if is_composite_type(type_):
        return f"objects of {type_} cannot be made up: null and empty lists can"
    if isinstance(type_, GraphQLEnumType):
        known = type_.values
        return "" if isinstance(value, str) and value in known else f"it has to be one of {', '.join(known)}"
    assert isinstance(type_, GraphQLScalarType)
    return "" if _fits(value, type_.name) else f"it has to be of the type {type_}"


def _fits(value: Any, scalar: str) -> bool:
    if scalar not in specified_scalar_types:
        return True  # only its service knows
    match scalar:
        case "Boolean":
            return isinstance(value, bool)
        case "Int":
            return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return isinstance(value, str)
