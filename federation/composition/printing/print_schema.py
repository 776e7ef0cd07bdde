"""Print a schema model as SDL: types by name, directives before their elements' bodies."""

from collections.abc import Iterable, Iterator, Mapping

from graphql.language.block_string import print_block_string

from federation.composition.schema_model import (
    ROOT_NAMES,
    Applied,
    DirectiveModel,
    Element,
    Field,
    InputValue,
    SchemaModel,
    TypeModel,
)
from federation.composition.values import Unset, print_arguments, print_value
from schemas.supergraph import TypeKind

KEYWORDS = {
    TypeKind.OBJECT: "type",
    TypeKind.INTERFACE: "interface",
    TypeKind.UNION: "union",
    TypeKind.ENUM: "enum",
    TypeKind.INPUT: "input",
    TypeKind.SCALAR: "scalar",
}


def print_schema(schema: SchemaModel) -> str:
    """The whole schema as SDL; the same model always gives the same text."""
    parts = [_schema(schema)]
    parts += [_directive(schema.directives[name]) for name in sorted(schema.directives)]
    parts += [_type(schema.types[name]) for name in sorted(schema.types)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _schema(schema: SchemaModel) -> str:
    """Left out where it would only say what GraphQL assumes anyway."""
    is_assumed = all(root == ROOT_NAMES[operation] for operation, root in schema.roots.items())
    if not schema.schema.directives and schema.schema.description is None and is_assumed:
        return ""
    roots = [f"{operation}: {schema.roots[operation]}" for operation in ROOT_NAMES if operation in schema.roots]
    return _body(roots, f"{_description(schema.schema)}schema{_stacked(schema.schema.directives)}")


def _directive(directive: DirectiveModel) -> str:
    repeatable = "repeatable " if directive.repeatable else ""
    places = " | ".join(directive.locations)
    return (
        f"{_description(directive)}directive @{directive.name}{_arguments(directive.arguments)} {repeatable}on {places}"
    )


def _type(type_: TypeModel) -> str:
    interfaces = f" implements {' & '.join(type_.interfaces)}" if type_.interfaces else ""
    head = f"{KEYWORDS[type_.kind]} {type_.name}{interfaces}{_stacked(type_.directives)}"
    return _description(type_) + _with_body(type_, head)


def _with_body(type_: TypeModel, head: str) -> str:
    match type_.kind:
        case TypeKind.UNION:
            return f"{head}\n  = {' | '.join(type_.members)}" if type_.members else head
        case TypeKind.SCALAR:
            return head
        case TypeKind.ENUM:
            return _body(_enum_values(type_.values.values()), head)
        case TypeKind.INPUT:
            return _body((_input(value, "  ") for value in type_.inputs.values()), head)
        case TypeKind.OBJECT | TypeKind.INTERFACE:
            return _body((_field(field) for field in type_.fields.values()), head)


def _enum_values(values: Iterable[Element]) -> Iterator[str]:
    for value in values:
        yield f"{_description(value, '  ')}{value.name}{_inline(value.directives)}"


def _field(field: Field) -> str:
    arguments = _arguments(field.arguments, "  ")
    return f"{_description(field, '  ')}{field.name}{arguments}: {field.type}{_inline(field.directives)}"


def _arguments(arguments: Mapping[str, InputValue], indent: str = "") -> str:
    if not arguments:
        return ""
    if all(argument.description is None for argument in arguments.values()):
        return f"({', '.join(_input(argument) for argument in arguments.values())})"
    inner = f"{indent}  "
    lines = "".join(f"\n{inner}{_input(argument, inner)}" for argument in arguments.values())
    return f"({lines}\n{indent})"


def _input(value: InputValue, indent: str = "") -> str:
    default = "" if isinstance(value.default, Unset) else f" = {print_value(value.default)}"
    return f"{_description(value, indent)}{value.name}: {value.type}{default}{_inline(value.directives)}"


def _body(lines: Iterable[str], head: str) -> str:
    """The head with a body in braces, which stand on a line of their own below directives."""
    text = "".join(f"\n  {line}" for line in lines)
    separator = "\n" if "\n" in head else " "
    return f"{head}{separator}{{{text}\n}}" if text else head


def _stacked(directives: Iterable[Applied]) -> str:
    return "".join(f"\n  {_applied(item)}" for item in directives)


def _inline(directives: Iterable[Applied]) -> str:
    return "".join(f" {_applied(item)}" for item in directives)


def _applied(applied: Applied) -> str:
    return f"@{applied.name}{print_arguments(applied.arguments)}"


def _description(element: Element, indent: str = "") -> str:
    """The text above an element, ending where the element's own line goes on."""
    if not element.description:
        return ""
    text = print_block_string(element.description)
    return "".join(f"{line}\n{indent}" for line in text.split("\n"))
