"""Give every type, field and value the description that its docstring says, so that a team writes it once."""

import ast
import inspect
from collections.abc import Iterator, Mapping

from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from schemas.authoring.class_source import class_source, names_in


def describe(definition: object) -> None:
    """Fill what has no description yet from the source of the class; classes without source stay as they are."""
    match definition:
        case StrawberryObjectDefinition(origin=origin):
            texts = _docstrings(origin)
            definition.description = definition.description or texts.get("")
            for field in definition.fields:
                field.description = field.description or _field_text(field, texts)
        case StrawberryEnumDefinition(wrapped_cls=origin):
            texts = _docstrings(origin)
            definition.description = definition.description or texts.get("")
            for value, member in zip(definition.values, origin.__members__, strict=True):
                value.description = value.description or texts.get(member)
        case _:
            pass


def _field_text(field: StrawberryField, texts: Mapping[str, str]) -> str | None:
    """A field's own docstring: under its function, or under its line in the class."""
    if field.base_resolver is not None:
        return inspect.getdoc(field.base_resolver.wrapped_func)
    return texts.get(field.python_name)


def _docstrings(class_: type) -> Mapping[str, str]:
    """The docstring of a class (under "") and of each of its attributes and their values, bases first."""
    texts: dict[str, str] = {}
    for base in reversed(class_.__mro__[:-1]):
        texts.pop("", None)
        texts.update(_own_docstrings(base))
    return texts


def _own_docstrings(class_: type) -> Iterator[tuple[str, str]]:
    source = class_source(class_)
    if source is None:
        return
    own = ast.get_docstring(source.node)
    if own:
        yield "", own
    for statement, following in zip(source.node.body, source.node.body[1:], strict=False):
        text = _text(following)
        if text is not None and isinstance(statement, ast.AnnAssign | ast.Assign):
            yield from ((name, text) for name in names_in(statement))


def _text(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else None
    return None
