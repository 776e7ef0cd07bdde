"""Code that shapes an answer of which nothing is missing or wrong, which is nearly every answer.

Whatever is odd makes it raise, and the careful way (federation.execution.shape) shapes the whole answer again and says
what is wrong. An object that stands at several places is shaped once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
)

from federation.execution.collect_fields import asks_type, collect_fields
from federation.execution.gathered import FAILED
from federation.execution.source_code import SourceCode
from federation.operations.operation import INTROSPECTION_FIELDS
from federation.planning.plan import AnswerField, AnswerSelection
from schemas.selection import Condition

FastShape: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]


class Odd(Exception):
    """Something in the data needs the careful way."""


def fast_shape(
    schema: GraphQLSchema, root_type: str, selections: Sequence[AnswerSelection], held: frozenset[Condition]
) -> FastShape:
    """The generated function for those conditions that hold. It raises Odd or TypeError for odd data."""
    writer = _Writer(schema, held)
    root = writer.object_function(root_type, selections)
    code = writer.code
    code.line(0, "def shape(data):")
    code.line(1, f"return {root}(data, [{', '.join('{}' for _ in range(writer.functions))}])")
    return code.function("shape", "<shape>")


class _Writer:
    """Writes one function for each selection set and type of object."""

    def __init__(self, schema: GraphQLSchema, held: frozenset[Condition]) -> None:
        self.code = SourceCode()
        self.functions = 0
        self._schema = schema
        self._held = held
        self._odd = self.code.constant(Odd)
        self._failed = self.code.constant(FAILED)
        self._id = self.code.constant(_as_id)

    def object_function(self, type_name: str, selections: Sequence[AnswerSelection]) -> str:
        """The name of the function that shapes objects which may stand here."""
        named = self._schema.type_map[type_name]
        if not is_abstract_type(named) or not asks_type(selections):
            return self._function(type_name, selections)
        possible = sorted(item.name for item in self._schema.get_possible_types(named))
        by_type = {name: self._function(name, selections) for name in possible}
        number = self._next()
        name = f"f{number}"
        code = self.code
        code.line(0, f"def {name}(o, m):")
        code.line(1, f"if o.__class__ is not dict: raise {self._odd}")
        code.line(1, "t = o.get('__typename')")
        for type_shown, function in by_type.items():
            code.line(1, f"if t == {type_shown!r}: return {function}(o, m)")
        code.line(1, f"raise {self._odd}")
        return name

    def _function(self, type_name: str, selections: Sequence[AnswerSelection]) -> str:
        fields = collect_fields(selections, type_name, self._held)
        written = [self._field(type_name, found) for found in fields.values()]
        number = self._next()
        name = f"f{number}"
        code = self.code
        code.line(0, f"def {name}(o, m):")
        code.line(1, f"if o.__class__ is not dict: raise {self._odd}")
        code.line(1, f"r = m[{number}].get(id(o))")
        code.line(1, "if r is not None: return r")
        members = []
        for position, (key, lines) in enumerate(written):
            if len(lines) == 1 and lines[0].startswith("= "):
                members.append(f"{key!r}: {lines[0][2:]}")
                continue
            variable = f"v{position}"
            for line in lines:
                code.line(1, line.replace("§", variable))
            members.append(f"{key!r}: {variable}")
        code.line(1, f"r = m[{number}][id(o)] = {{{', '.join(members)}}}")
        code.line(1, "return r")
        return name

    def _next(self) -> int:
        self.functions += 1
        return self.functions - 1

    def _field(self, type_name: str, found: Sequence[AnswerField]) -> tuple[str, list[str]]:
        """The key of a field, and the lines that leave its value in the variable `§` (or `= value`, if constant)."""
        first = found[0]
        if first.name == "__typename":
            return first.key, [f"= {type_name!r}"]
        sources = {item.source for item in found}
        if len(sources) > 1:
            return first.key, [f"raise {self._odd}"]
        read = f"§ = o.get({first.source!r})"
        if first.name in INTROSPECTION_FIELDS:
            return first.key, [read]
        inner = tuple(selection for item in found for selection in item.selections)
        function = self.object_function(get_named_type(first.type).name, inner) if inner else None
        return first.key, [read, *self._checks(first.type, function)]

    def _checks(self, kind: GraphQLOutputType, function: str | None) -> list[str]:
        nullable = not isinstance(kind, GraphQLNonNull)
        inner = get_nullable(kind)
        if isinstance(inner, GraphQLList):
            return self._list_checks(inner, function, nullable=nullable)
        if function is not None:
            return [f"{'if § is not None: ' if nullable else ''}§ = {function}(§, m)"]
        return self._leaf_checks(inner, nullable=nullable)

    def _list_checks(self, kind: GraphQLList[Any], function: str | None, *, nullable: bool) -> list[str]:
        guard = f"§.__class__ is not list{' and § is not None' if nullable else ''}"
        lines = [f"if {guard}: raise {self._odd}"]
        item = self._item(kind.of_type, function)
        lines.append(f"{'if § is not None: ' if nullable else ''}§ = [{item} for x in §]")
        return lines

    def _item(self, kind: GraphQLOutputType, function: str | None) -> str:
        """An expression that shapes `x`, an item of a list."""
        if function is not None and not isinstance(get_nullable(kind), GraphQLList):
            call = f"{function}(x, m)"
            return call if isinstance(kind, GraphQLNonNull) else f"None if x is None else {call}"
        number = self._next()
        code = self.code
        code.line(0, f"def f{number}(x, m):")
        for line in self._checks(kind, function):
            code.line(1, line.replace("§", "x"))
        code.line(1, "return x")
        return f"f{number}(x, m)"

    def _leaf_checks(self, kind: GraphQLOutputType, *, nullable: bool) -> list[str]:
        name = get_named_type(kind).name
        wrong = self._wrong_leaf(kind, name)
        if name == "ID":
            convert = f"if §.__class__ is not str{' and § is not None' if nullable else ''}: § = {self._id}(§)"
            return [convert]
        condition = f"§ is not None and ({wrong})" if nullable else f"§ is None or {wrong}"
        return [f"if {condition}: raise {self._odd}"]

    def _wrong_leaf(self, kind: GraphQLOutputType, name: str) -> str:
        """A condition that holds for values which are not of the type."""
        if isinstance(kind, GraphQLEnumType):
            return f"§ not in {self.code.constant(frozenset(kind.values))}"
        return {
            "String": "§.__class__ is not str",
            "Boolean": "§.__class__ is not bool",
            "Int": "§.__class__ is not int or not -2147483648 <= § <= 2147483647",
            # x - x is zero for finite numbers only
            "Float": "(§.__class__ is not float and §.__class__ is not int) or § - § != 0",
        }.get(name, f"§ is {self._failed}")


def get_nullable(kind: GraphQLOutputType) -> GraphQLOutputType:
    """The type without its outermost non-null."""
    if isinstance(kind, GraphQLNonNull):
        inner: GraphQLOutputType = kind.of_type
        return inner
    return kind


def _as_id(value: Any) -> str:
    if value.__class__ is int:
        return str(value)
    raise Odd
