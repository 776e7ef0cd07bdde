"""Code that shapes an answer of which nothing is missing or wrong, which is nearly every answer.

Whatever is odd makes it raise, and the careful way (federation.execution.shape) shapes the whole answer again and says
what is wrong. An object that stands at several places is shaped once, and is Repeated at all but the first. Lists
whose objects are as the client wants them are not copied: only what is below them changes.
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
from federation.execution.repeated import Repeated
from federation.execution.source_code import SourceCode
from federation.operations.operation import INTROSPECTION_FIELDS
from federation.planning.plan import AnswerField, AnswerSelection
from schemas.selection import Condition

FastShape: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]
Slot: TypeAlias = tuple[str, ...]
# Python allows a hundred indents and twenty nested loops; what is deeper than this is a function of its own.
DEEPEST = 24


class Odd(Exception):
    """Something in the data needs the careful way."""


# What the generated code raises: it takes for granted that objects are dicts which have all their keys.
ODD = (Odd, KeyError, TypeError)


def fast_shape(
    schema: GraphQLSchema,
    root_type: str,
    selections: Sequence[AnswerSelection],
    held: frozenset[Condition],
    shared: frozenset[Slot] = frozenset(),
) -> FastShape:
    """The generated function for those conditions that hold. It raises one of ODD for odd data.

    `shared` are the places, as the sources on the way, where an object may stand that stands elsewhere too.
    """
    return shaping_code(schema, root_type, selections, held, shared).function("shape", "<shape>")


def shaping_code(
    schema: GraphQLSchema,
    root_type: str,
    selections: Sequence[AnswerSelection],
    held: frozenset[Condition],
    shared: frozenset[Slot],
) -> SourceCode:
    """The code of what `fast_shape` gives."""
    return _Writer(schema, held, shared).write(root_type, tuple(selections))


class _Writer:
    """Writes a function for the root, and one for each kind of object that stands at several places."""

    def __init__(self, schema: GraphQLSchema, held: frozenset[Condition], shared: frozenset[Slot]) -> None:
        self._schema = schema
        self._held = held
        self._shared = shared
        self._code = SourceCode()
        self._odd = self._code.constant(Odd)
        self._names = 0
        self._functions: dict[tuple[str, tuple[AnswerSelection, ...], bool], str] = {}
        self._waiting: list[tuple[str, str, tuple[AnswerSelection, ...], Slot, bool]] = []

    def write(self, root_type: str, selections: tuple[AnswerSelection, ...]) -> SourceCode:
        code = self._code
        code.line(1, f"return {self._object(1, root_type, selections, 'data', ())}")
        # Functions stand inside, so that what they remember is of one answer.
        inside, self._code = self._code, SourceCode(code)
        while self._waiting:
            name, type_name, inner, slot, is_shared = self._waiting.pop()
            self._code.line(1, f"def {name}(o):")
            shaped = self._object(2, type_name, inner, "o", slot)
            self._code.line(2, f"r = {shaped}")
            if is_shared:
                # What it was made of, what was made and what stands for it: whichever comes again.
                repeated = self._code.constant(Repeated)
                self._code.line(2, f"s = {repeated}(r)")
                self._code.line(2, f"m{name}[id(o)] = m{name}[id(r)] = m{name}[id(s)] = s")
            self._code.line(2, "return r")
        memories = [f"    m{name} = {{}}" for (*_, is_shared), name in self._functions.items() if is_shared]
        inside.begin("def shape(data):", *memories, self._code.text)
        return inside

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def _object(
        self, depth: int, type_name: str, selections: tuple[AnswerSelection, ...], here: str, slot: Slot
    ) -> str:
        """Write how the object `here` is shaped; gives an expression for it."""
        named = self._schema.type_map[type_name]
        if not is_abstract_type(named) or not asks_type(selections):
            return self._of_type(depth, type_name, selections, here, slot)
        code, shaped, kind = self._code, self._name(), self._name()
        code.line(depth, f"{kind} = {here}['__typename']")
        keyword = "if"
        for possible in sorted(item.name for item in self._schema.get_possible_types(named)):
            code.line(depth, f"{keyword} {kind} == {possible!r}:")
            code.line(depth + 1, f"{shaped} = {self._of_type(depth + 1, possible, selections, here, slot)}")
            keyword = "elif"
        code.line(depth, f"else: raise {self._odd}")
        return shaped

    def _of_type(
        self, depth: int, type_name: str, selections: tuple[AnswerSelection, ...], here: str, slot: Slot
    ) -> str:
        members = [
            f"{found[0].key!r}: {self._field(depth, type_name, found, here, slot)}"
            for found in collect_fields(selections, type_name, self._held).values()
        ]
        if not members:
            self._code.line(depth, f"if {here}.__class__ is not dict: raise {self._odd}")
        return f"{{{', '.join(members)}}}"

    def _field(self, depth: int, type_name: str, found: Sequence[AnswerField], here: str, slot: Slot) -> str:
        """Write how a field's value is completed; gives an expression for it."""
        first = found[0]
        if first.name == "__typename":
            if here != "data":
                self._code.line(depth, f"if {here}.__class__ is not dict: raise {self._odd}")
            return repr(type_name)
        if first.masked:
            # Only the careful way knows how far up a null goes that must not be.
            odd = isinstance(first.type, GraphQLNonNull)
            self._code.line(depth, f"{'' if odd else f'if {here}.__class__ is not dict: '}raise {self._odd}")
            return "None"
        value = self._name()
        if len({item.source for item in found}) > 1:
            self._code.line(depth, f"raise {self._odd}")
            return "None"
        self._code.line(depth, f"{value} = {here}[{first.source!r}]")
        if first.name in INTROSPECTION_FIELDS:
            return value
        inner = tuple(selection for item in found for selection in item.selections)
        return self._complete(depth, first.type, inner, value, (*slot, first.source))

    def _complete(
        self, depth: int, kind: GraphQLOutputType, inner: tuple[AnswerSelection, ...], value: str, slot: Slot
    ) -> str:
        nullable = not isinstance(kind, GraphQLNonNull)
        bare = get_nullable(kind)
        if not inner and not isinstance(bare, GraphQLList):
            self._leaf(depth, bare, value, nullable=nullable)
            return value
        code, shaped = self._code, self._name()
        if nullable:
            code.line(depth, f"if {value} is None: {shaped} = None")
            code.line(depth, "else:")
            depth += 1
        if isinstance(bare, GraphQLList):
            self._list(depth, bare.of_type, inner, value, shaped, slot)
        else:
            self._place(depth, get_named_type(bare).name, inner, value, shaped, slot)
        return shaped

    def _list(
        self,
        depth: int,
        kind: GraphQLOutputType,
        inner: tuple[AnswerSelection, ...],
        value: str,
        shaped: str,
        slot: Slot,
    ) -> None:
        code, item = self._code, self._name()
        code.line(depth, f"if {value}.__class__ is not list: raise {self._odd}")
        named = get_named_type(kind).name
        if (
            inner
            and not isinstance(get_nullable(kind), GraphQLList)
            and slot not in self._shared
            and self._is_plain(named, inner)
        ):
            self._list_in_place(depth, kind, inner, value, shaped, slot)
            return
        code.line(depth, f"{shaped} = []")
        code.line(depth, f"for {item} in {value}:")
        code.line(depth + 1, f"{shaped}.append({self._complete(depth + 1, kind, inner, item, slot)})")

    def _is_plain(self, type_name: str, selections: tuple[AnswerSelection, ...]) -> bool:
        """Whether shaped objects can be shaped again: nothing is renamed, and no type has to be looked at."""
        if is_abstract_type(self._schema.type_map[type_name]) and asks_type(selections):
            return False
        for found in collect_fields(selections, type_name, self._held).values():
            first = found[0]
            if first.masked or first.name.startswith("__") or any(item.source != first.key for item in found):
                return False
            inner = tuple(selection for item in found for selection in item.selections)
            if inner and not self._is_plain(get_named_type(first.type).name, inner):
                return False
        return True

    def _list_in_place(
        self,
        depth: int,
        kind: GraphQLOutputType,
        inner: tuple[AnswerSelection, ...],
        value: str,
        shaped: str,
        slot: Slot,
    ) -> None:
        """Write how a list is shaped in place, if its objects have just the client's fields, in the client's order.

        That the first one has says that all have, since one operation brought them; the others are counted only.
        """
        code, item = self._code, self._name()
        type_name = get_named_type(kind).name
        fields = collect_fields(inner, type_name, self._held)
        function = self._function(type_name, inner, slot, is_shared=False)
        null = "" if isinstance(kind, GraphQLNonNull) else "None if x is None else "
        code.line(depth, f"{shaped} = {value}")
        code.line(depth, f"if {value} and ({value}[0].__class__ is not dict or list({value}[0]) != {list(fields)!r}):")
        code.line(depth + 1, f"{shaped} = [{null}{function}(x) for x in {value}]")
        code.line(depth, "else:")
        code.line(depth + 1, f"for {item} in {value}:")
        if not isinstance(kind, GraphQLNonNull):
            code.line(depth + 2, f"if {item} is None: continue")
        code.line(depth + 2, f"if len({item}) != {len(fields)}: raise {self._odd}")
        for key, found in fields.items():
            bare = get_nullable(found[0].type)
            if not isinstance(bare, GraphQLList) and get_named_type(bare).name == "ID":
                self._id(depth + 2, f"{item}[{key!r}]", nullable=bare is found[0].type)
                continue
            made = self._field(depth + 2, type_name, found, item, slot)
            if isinstance(bare, GraphQLList) or any(each.selections for each in found):
                code.line(depth + 2, f"{item}[{key!r}] = {made}")

    def _place(
        self,
        depth: int,
        type_name: str,
        inner: tuple[AnswerSelection, ...],
        value: str,
        shaped: str,
        slot: Slot,
    ) -> None:
        """Write how an object that is not null is shaped, by a function where that is needed."""
        is_shared = slot in self._shared
        if not is_shared and depth < DEEPEST:
            self._code.line(depth, f"{shaped} = {self._object(depth, type_name, inner, value, slot)}")
            return
        function = self._function(type_name, inner, slot, is_shared=is_shared)
        if is_shared:
            self._code.line(depth, f"{shaped} = m{function}.get(id({value})) or {function}({value})")
        else:
            self._code.line(depth, f"{shaped} = {function}({value})")

    def _function(self, type_name: str, inner: tuple[AnswerSelection, ...], slot: Slot, *, is_shared: bool) -> str:
        key = (type_name, inner, is_shared)
        if key not in self._functions:
            name = self._functions[key] = f"f{len(self._functions)}"
            self._waiting.append((name, type_name, inner, slot, is_shared))
        return self._functions[key]

    def _leaf(self, depth: int, kind: GraphQLOutputType, value: str, *, nullable: bool) -> None:
        name = get_named_type(kind).name
        if name == "ID":
            self._id(depth, value, nullable=nullable)
            return
        null = f" and {value} is not None" if nullable else ""
        wrong = self._wrong_leaf(kind, name, value)
        if name not in {"String", "Boolean", "Int", "Float"} and not isinstance(kind, GraphQLEnumType):
            null = "" if nullable else f" or {value} is None"
        self._code.line(depth, f"if {wrong}{null}: raise {self._odd}")

    def _id(self, depth: int, place: str, *, nullable: bool) -> None:
        """Write that an ID at a place is text, whatever the subgraph makes of it."""
        null = f" and {place} is not None" if nullable else ""
        convert = self._code.constant(_as_id)
        self._code.line(depth, f"if {place}.__class__ is not str{null}: {place} = {convert}({place})")

    def _wrong_leaf(self, kind: GraphQLOutputType, name: str, value: str) -> str:
        """A condition that holds for values which are not of the type, and for null where null is of another kind."""
        if isinstance(kind, GraphQLEnumType):
            return f"{value} not in {self._code.constant(frozenset(kind.values))}"
        return {
            "String": f"{value}.__class__ is not str",
            "Boolean": f"{value}.__class__ is not bool",
            "Int": f"({value}.__class__ is not int or not -2147483648 <= {value} <= 2147483647)",
            # x - x is zero for finite numbers only
            "Float": f"(({value}.__class__ is not float and {value}.__class__ is not int) or {value} - {value} != 0)",
        }.get(name, f"{value} is {self._code.constant(FAILED)}")


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
