"""A Strawberry schema whose entities need only the fields that a representation carries."""

from collections.abc import Mapping
from typing import Any

import strawberry.federation
from strawberry.federation.schema import FederationAny
from strawberry.schema.name_converter import NameConverter
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.info import Info
from strawberry.utils.inspect import get_func_args


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
            except Exception as error:
                results.append(error)
        return results

    def _entity(self, info: Info, representation: Any) -> Any:
        definition = self.schema_converter.type_map[representation["__typename"]].definition
        assert isinstance(definition, StrawberryObjectDefinition)
        values = self._values(definition, representation)
        resolve = getattr(definition.origin, "resolve_reference", None)
        if resolve is None:
            return _partial(definition.origin, values)
        return resolve(**values, **({"info": info} if "info" in get_func_args(resolve) else {}))

    def _values(self, definition: StrawberryObjectDefinition, data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of `data` by their Python names, as the Python types that the fields have."""
        names: NameConverter = self.config.name_converter
        return {
            field.python_name: self._value(field.type, data[name])
            for field in definition.fields
            if (name := names.get_graphql_name(field)) in data
        }

    def _value(self, type_: object, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(type_, StrawberryOptional):
            return self._value(type_.of_type, value)
        if isinstance(type_, StrawberryList):
            return [self._value(type_.of_type, item) for item in value]
        definition = get_object_definition(type_) if isinstance(type_, type) else None
        if definition is not None:
            return _partial(definition.origin, self._values(definition, value))
        converted: Any = type_
        return convert_argument(value, converted, self.schema_converter.scalar_registry, self.config)


def _partial(type_: type, values: Mapping[str, Any]) -> Any:
    """An object with these attributes only: its constructor would ask for all of them."""
    entity: Any = object.__new__(type_)
    for name, value in values.items():
        object.__setattr__(entity, name, value)
    return entity
