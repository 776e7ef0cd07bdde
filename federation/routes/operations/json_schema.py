"""Describe values of GraphQL types and answers of operations in JSON Schema (2020-12), as OpenAPI 3.1 has it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    is_required_input_field,
    value_from_ast_untyped,
)

from federation.operations.operation import OperationField, OperationFragment, OperationSelection

Schema = dict[str, Any]

SCALARS: Final[Mapping[str, Schema]] = {
    "Int": {"type": "integer", "format": "int32"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "ID": {"type": "string"},
    "Boolean": {"type": "boolean"},
}
# A service may write an ID as a number; the graph writes it as text, and takes either.
ID_INPUT: Final[Schema] = {"type": ["string", "integer"]}


class InputSchemas:
    """Schemas of what clients send; those of input objects are collected, since they may hold themselves."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, type_: GraphQLInputType, *, in_text: bool = False) -> Schema:
        """The schema of a type; `in_text` where its values stand as text, as in a path."""
        if isinstance(type_, GraphQLNonNull):
            return self._of(type_.of_type, in_text=in_text)
        return self._of(type_, in_text=in_text) if in_text else nullable(self._of(type_, in_text=False))

    def _of(self, type_: Any, *, in_text: bool) -> Schema:
        if isinstance(type_, GraphQLList):
            return {"type": "array", "items": self.of(type_.of_type, in_text=in_text)}
        if isinstance(type_, GraphQLInputObjectType):
            self._collect(type_)
            return {"$ref": f"#/components/schemas/{type_.name}"}
        if type_.name == "ID" and not in_text:
            return dict(ID_INPUT)
        return _leaf(type_)

    def _collect(self, type_: GraphQLInputObjectType) -> None:
        if type_.name in self.components:
            return
        made: Schema = {"type": "object", "additionalProperties": False}
        self.components[type_.name] = made
        if type_.description:
            made["description"] = type_.description
        properties: dict[str, Schema] = {}
        for name, field in type_.fields.items():
            properties[name] = described(self.of(field.type), field.description)
            literal = field.ast_node.default_value if field.ast_node is not None else None
            if literal is not None:
                properties[name] = {**properties[name], "default": value_from_ast_untyped(literal)}
        made["properties"] = properties
        required = [name for name, field in type_.fields.items() if is_required_input_field(field)]
        if required:
            made["required"] = required


def answer_schema(selections: Iterable[OperationSelection]) -> Schema:
    """The schema of an object that has these selections."""
    properties: dict[str, Schema] = {}
    required: dict[str, None] = {}
    for item in selections:
        if isinstance(item, OperationFragment):
            # Only objects of some types have these.
            inner = answer_schema(item.selections)
            for key, schema in inner["properties"].items():
                properties[key] = either(properties.get(key), schema)
            continue
        if item.hidden:
            continue
        properties[item.key] = either(properties.get(item.key), field_schema(item))
        if not item.conditions:
            required[item.key] = None
    made: Schema = {"type": "object", "properties": properties}
    return {**made, "required": list(required)} if required else made


def field_schema(field: OperationField) -> Schema:
    """The schema of what stands under a field's key."""
    return _output(field.type, field)


def either(one: Schema | None, other: Schema) -> Schema:
    """What is one of two."""
    return other if one is None or one == other else {"anyOf": [one, other]}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if isinstance(schema.get("type"), list):
        return {**schema, "type": [*schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if "$ref" in schema else schema


def described(schema: Schema, description: str | None) -> Schema:
    """The same with a description, where there is one."""
    return {**schema, "description": description} if description else schema


def _output(type_: GraphQLOutputType, field: OperationField) -> Schema:
    if isinstance(type_, GraphQLNonNull):
        return _present(type_.of_type, field)
    return nullable(_present(type_, field))


def _present(type_: Any, field: OperationField) -> Schema:
    if isinstance(type_, GraphQLList):
        return {"type": "array", "items": _output(type_.of_type, field)}
    if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
        return _leaf(type_)
    return answer_schema(field.selections)


def _leaf(type_: GraphQLScalarType | GraphQLEnumType) -> Schema:
    if isinstance(type_, GraphQLEnumType):
        return described({"type": "string", "enum": list(type_.values)}, type_.description)
    known = SCALARS.get(type_.name)
    # How a scalar of a team's own is written only the team knows.
    return dict(known) if known is not None else described({"title": type_.name}, type_.description)
