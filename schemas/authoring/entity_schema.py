"""A Strawberry schema whose entities need only the fields that a representation carries."""

from collections.abc import Mapping
from typing import Any

import strawberry.federation
from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    is_leaf_type,
)
from strawberry.federation.schema import FederationAny
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.info import Info
from strawberry.utils.inspect import get_func_args

from schemas.authoring.by_key import partial_object

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF


class EntitySchema(strawberry.federation.Schema):
    """As Strawberry's own, save that an entity is made of what its representation has, and no more.

    A team may define `resolve_reference` (also async), which then gets the representation's fields by their Python
    names. Otherwise resolvers find those fields on `self`; a field that was not required is missing there.
    """

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[FederationAny]:
        """One entity, awaitable or error for each representation, in their order."""
        results: list[Any] = []
        for representation in representations:
            try:
                results.append(self._entity(info, representation))
            except Exception as error:  # graphql-core reports it at this entity, and answers for the others
                results.append(error)
        return results

    def _entity(self, info: Info, representation: Any) -> Any:
        type_ = self._object_type(representation["__typename"])
        class_ = _definition(type_).origin
        values = self._values(type_, representation)
        resolve = getattr(class_, "resolve_reference", None)
        if resolve is None:
            return partial_object(class_, values)
        return resolve(**values, **({"info": info} if "info" in get_func_args(resolve) else {}))

    def _values(self, type_: GraphQLObjectType, data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of `data` by their Python names, as the Python types that the fields have."""
        return {
            field.extensions[BACKREF].python_name: self._value(field.type, data[name])
            for name, field in type_.fields.items()
            if name in data
        }

    def _value(self, type_: GraphQLOutputType, value: Any) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._value(type_.of_type, value)
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            return [self._value(type_.of_type, item) for item in value]
        if is_leaf_type(type_):
            return type_.parse_value(value)
        # A value of an abstract type says of which type it is, as representations do.
        inner = type_ if isinstance(type_, GraphQLObjectType) else self._object_type(value["__typename"])
        return partial_object(_definition(inner).origin, self._values(inner, value))

    def _object_type(self, name: str) -> GraphQLObjectType:
        type_ = self._schema.get_type(name)
        if not isinstance(type_, GraphQLObjectType):
            message = f"a representation is of the type {name!r}, which is no object type here"
            raise TypeError(message)
        return type_


def _definition(type_: GraphQLObjectType) -> StrawberryObjectDefinition:
    definition = type_.extensions[BACKREF]
    assert isinstance(definition, StrawberryObjectDefinition)
    return definition
