"""Write mappings from types: answers into fields, arguments into requests, member by member of the same name."""

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import indent

from strawberry.types.base import (
    StrawberryContainer,
    StrawberryObjectDefinition,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType
from strawberry.types.union import StrawberryUnion
from strawberry.utils.str_converters import to_camel_case

from schemas.authoring.member import refers_by, stands_at
from schemas.authoring.placeholder import Placeholder, placeholder_parts
from schemas.authoring.source import Names

IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


def graphql_name(field: StrawberryField) -> str:
    """The name of a field in the schema."""
    return field.graphql_name or to_camel_case(field.python_name)


def bare_type(type_: object) -> object:
    """The type inside lists and optionals, and behind lazy imports."""
    if isinstance(type_, LazyType):
        return bare_type(type_.resolve_type())
    if isinstance(type_, StrawberryContainer) and not isinstance(type_, StrawberryUnion | StrawberryEnumDefinition):
        return bare_type(type_.of_type)
    return type_


def derive_selection(type_: object, at: str | None, names: Names) -> str:
    """The selection that fills `type_` from what stands at `at`, member by member of the same name.

    Raises TypeError where a type cannot be filled by its names alone.
    """
    definition = _definition(type_)
    if definition is None:
        return f"$.{at}" if at else "$"
    fields = _fields(definition, names, ())
    return f"$.{at} {{\n{indent(fields, '  ')}\n}}" if at else fields


def derive_body(value: object, arguments: Mapping[str, object], names: Names) -> str:
    """The mapping that makes a request's body.

    `value` is an argument, or a mapping of members to arguments, constants, lists and further mappings. `arguments`
    are the types of the field's arguments; an argument of an input type is sent member by member, spelled as the
    service does.
    """
    if isinstance(value, Mapping):
        return "\n".join(f"{_key(name)}: {_value(item, arguments, names)}" for name, item in value.items())
    return _value(value, arguments, names)


def _fields(definition: StrawberryObjectDefinition, names: Names, inside: tuple[str, ...]) -> str:
    if definition.name in inside:
        path = " > ".join((*inside, definition.name))
        message = f"{path} repeats itself: bind the field that leads back, or write the selection"
        raise TypeError(message)
    return "\n".join(_field(field, names, (*inside, definition.name)) for field in _plain_fields(definition))


def _plain_fields(definition: StrawberryObjectDefinition) -> Iterator[StrawberryField]:
    """The fields that an answer fills: those without a function of their own, and not owned by another subgraph."""
    for field in definition.fields:
        external = any(type(directive).__name__ == "External" for directive in field.directives)
        if field.base_resolver is None and not external:
            yield field


def _field(field: StrawberryField, names: Names, inside: tuple[str, ...]) -> str:
    name = graphql_name(field)
    key = refers_by(field)
    if key is not None:
        members = " ".join(_renamed(to_camel_case(part), path) for part, path in key.items())
        return f"{name}: {{ {members} }}"
    member = stands_at(field) or spell(field.python_name, names)
    definition = _definition(field.type)
    if definition is None:
        return _renamed(name, member)
    return f"{_renamed(name, member)} {{\n{indent(_fields(definition, names, inside), '  ')}\n}}"


def _definition(type_: object) -> StrawberryObjectDefinition | None:
    bare = bare_type(type_)
    definition = get_object_definition(bare) if isinstance(bare, type) else None
    if isinstance(bare, StrawberryUnion) or (definition is not None and definition.is_interface):
        name = definition.name if definition else getattr(bare, "graphql_name", "a union")
        message = f"{name} is abstract, so its members do not say which type they are: write the selection"
        raise TypeError(message)
    return definition


def _value(value: object, arguments: Mapping[str, object], names: Names) -> str:
    if isinstance(value, Placeholder):
        return _argument(value, arguments, names)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)}: {_value(item, arguments, names)}' for name, item in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item, arguments, names) for item in value)}]"
    return f"$({json.dumps(value, ensure_ascii=False)})"


def _argument(value: Placeholder, arguments: Mapping[str, object], names: Names) -> str:
    variable, path = placeholder_parts(value)
    if variable != "args" or not path:
        return str(value)
    definition = _definition(arguments.get(path[0]))
    for name in path[1:]:
        field = _find(definition, name)
        definition = _definition(field.type) if field else None
    return f"{value!s} {{ {_input_members(definition, names)} }}" if definition else str(value)


def _input_members(definition: StrawberryObjectDefinition, names: Names) -> str:
    members = []
    for field in definition.fields:
        member = _renamed(stands_at(field) or spell(field.python_name, names), graphql_name(field))
        inner = _definition(field.type)
        members.append(f"{member} {{ {_input_members(inner, names)} }}" if inner else member)
    return " ".join(members)


def _find(definition: StrawberryObjectDefinition | None, name: str) -> StrawberryField | None:
    fields = definition.fields if definition else ()
    return next((field for field in fields if graphql_name(field) == name), None)


def spell(python_name: str, names: Names) -> str:
    """A Python name as a service spells it."""
    return to_camel_case(python_name) if names == "camelCase" else python_name


def _renamed(name: str, path: str) -> str:
    return name if name == path else f"{name}: {path}"


def _key(name: object) -> str:
    text = str(name)
    return text if IDENTIFIER.fullmatch(text) else json.dumps(text, ensure_ascii=False)
