"""Make the client's answer of the gathered data: order, aliases, hidden fields, types checked, nulls propagated.

Sections 6.4.2 to 6.4.4 of the GraphQL specification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType, GraphQLSchema, get_named_type, is_abstract_type

from connectors.protocol import PathKey
from federation.execution.collect_fields import asks_type, collect_fields, conditions_of
from federation.execution.failures import Failure, Failures
from federation.execution.fast_shape import ODD, FastShape, fast_shape
from federation.execution.gathered import FAILED, merge
from federation.execution.leaves import LeafCheck, leaf_check
from federation.execution.repeated import Repeated
from federation.operations.operation import INTROSPECTION_FIELDS
from federation.planning.plan import AnswerField, AnswerSelection
from schemas.selection import Condition


class _Refused:
    """A null that its position does not allow: whatever is around it becomes null."""


REFUSED: Final = _Refused()


@dataclass(frozen=True, slots=True, eq=False)
class _ShapedField:
    """A field of the answer on objects of one type. `inner` is None for leaves, then `check` looks at the value."""

    key: str
    sources: tuple[str, ...]
    coordinate: str
    type: GraphQLOutputType
    inner: "_Selections | None"
    check: LeafCheck | None
    constant: str | None = None
    masked: bool = False


@dataclass(slots=True, eq=False)
class _Selections:
    """A selection set of the answer; which fields it has is settled once for each type of object and conditions.

    Only where it `depends_on_type` do objects have to say what they are: else the fields of the abstract type suffice.
    """

    selections: tuple[AnswerSelection, ...]
    type_name: str
    depends_on_type: bool
    known: dict[tuple[str, frozenset[Condition]], tuple[_ShapedField, ...]] = field(default_factory=dict)


class AnswerShape:
    """The shape of one operation's answer; `shared` are the places at which objects stand that stand elsewhere too."""

    def __init__(
        self,
        schema: GraphQLSchema,
        root_type: str,
        selections: tuple[AnswerSelection, ...],
        shared: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        self._schema = schema
        self._shared = shared
        self._root = _Selections(selections, root_type, depends_on_type=False)
        self._fast: dict[frozenset[Condition], FastShape] = {}
        self._conditions = tuple(dict.fromkeys(conditions_of(selections)))

    def shape(self, data: dict[str, Any], variables: Mapping[str, Any], failures: Failures) -> dict[str, Any] | None:
        """The `data` of the answer. What it finds wrong with the data goes to `failures`, once for each coordinate."""
        held = frozenset(item for item in self._conditions if bool(variables.get(item.variable)) != item.negated)
        try:
            return self._fast_for(held)(data)
        except ODD:
            pass  # something is missing or wrong: the careful way says what
        shaped = _Shaping(self, held, failures).object(self._root, data, ())
        return None if shaped is REFUSED else shaped

    def _fast_for(self, held: frozenset[Condition]) -> FastShape:
        if held not in self._fast:
            root = self._root
            self._fast[held] = fast_shape(self._schema, root.type_name, root.selections, held, self._shared)
        return self._fast[held]

    def fields(self, selections: _Selections, typename: str, held: frozenset[Condition]) -> tuple[_ShapedField, ...]:
        """The fields of an object (CollectFields, section 6.3.2), merged and in order."""
        key = (typename, held)
        if key not in selections.known:
            collected = collect_fields(selections.selections, typename, held)
            selections.known[key] = tuple(self._shaped(typename, found) for found in collected.values())
        return selections.known[key]

    def is_possible(self, selections: _Selections, typename: object) -> bool:
        """Whether an object of this type may stand here, and clients may know of it."""
        named = self._schema.type_map.get(typename) if isinstance(typename, str) else None
        here = self._schema.type_map[selections.type_name]
        return named is not None and is_abstract_type(here) and self._schema.is_sub_type(here, named)

    def _shaped(self, typename: str, found: Sequence[AnswerField]) -> _ShapedField:
        first = found[0]
        named = get_named_type(first.type)
        if first.masked:
            return _ShapedField(first.key, (), "", first.type, None, None, masked=True)
        inner: _Selections | None = None
        check: LeafCheck | None = None
        if first.name == "__typename":
            return _ShapedField(first.key, (), f"{typename}.__typename", first.type, None, None, typename)
        if first.name in INTROSPECTION_FIELDS:
            return _ShapedField(first.key, (first.source,), first.name, first.type, None, leaf_check(named))
        if any(item.selections for item in found):
            merged = tuple(selection for item in found for selection in item.selections)
            inner = _Selections(merged, named.name, is_abstract_type(named) and asks_type(merged))
        else:
            check = leaf_check(named)
        sources = tuple(dict.fromkeys(item.source for item in found))
        return _ShapedField(first.key, sources, f"{typename}.{first.name}", first.type, inner, check)


class _Shaping:
    """One run over the data of one request."""

    def __init__(self, shape: AnswerShape, held: frozenset[Condition], failures: Failures) -> None:
        self._shape = shape
        self._held = held
        self._failures = failures
        self._seen: set[tuple[str, str]] = set()

    def object(self, selections: _Selections, value: dict[str, Any], path: tuple[PathKey, ...]) -> Any:
        typename = selections.type_name
        if selections.depends_on_type:
            typename = value.get("__typename")  # type: ignore[assignment]
            if not self._shape.is_possible(selections, typename):
                return self._wrong(selections.type_name, "an object of a type that the schema knows there", path)
        shaped: dict[str, Any] = {}
        for item in self._shape.fields(selections, typename, self._held):
            if item.constant is not None:
                shaped[item.key] = item.constant
                continue
            if item.masked:  # what masked it has reported that
                if isinstance(item.type, GraphQLNonNull):
                    return REFUSED
                shaped[item.key] = None
                continue
            found = value.get(item.sources[0]) if len(item.sources) == 1 else _joined(value, item.sources)
            completed = self._complete(item, item.type, found, (*path, item.key))
            if completed is REFUSED:
                return REFUSED
            shaped[item.key] = completed
        return shaped

    def _complete(self, item: _ShapedField, kind: GraphQLOutputType, value: Any, path: tuple[PathKey, ...]) -> Any:
        if isinstance(kind, GraphQLNonNull):
            completed = self._nullable(item, kind.of_type, value, path)
            if completed is None:
                if value is None:
                    self._report(item.coordinate, "null", f"'{item.coordinate}' is null, which it must never be", path)
                return REFUSED
            return completed
        return self._nullable(item, kind, value, path)

    def _nullable(self, item: _ShapedField, kind: GraphQLOutputType, value: Any, path: tuple[PathKey, ...]) -> Any:
        """The completed value; None also where something inside refused to be null."""
        if value.__class__ is Repeated:
            value = value.value  # left behind by the fast way, which shapes some lists in place
        if value is None or value is FAILED:
            return None
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                return self._wrong(item.coordinate, "a list", path)
            completed = []
            for position, each in enumerate(value):
                inner = self._complete(item, kind.of_type, each, (*path, position))
                if inner is REFUSED:
                    return None
                completed.append(inner)
            return completed
        if item.inner is not None:
            if not isinstance(value, dict):
                return self._wrong(item.coordinate, "an object", path)
            shaped = self.object(item.inner, value, path)
            return None if shaped is REFUSED else shaped
        assert item.check is not None
        checked = item.check.read(value)
        return self._wrong(item.coordinate, item.check.expected, path) if checked is None else checked

    def _wrong(self, coordinate: str, expected: str, path: tuple[PathKey, ...]) -> None:
        self._report(coordinate, "wrong", f"'{coordinate}' is not {expected}, as its type says", path)

    def _report(self, coordinate: str, kind: str, message: str, path: tuple[PathKey, ...]) -> None:
        if (coordinate, kind) in self._seen or self._failures.is_reported(path):
            return
        self._seen.add((coordinate, kind))
        self._failures.add(Failure("INVALID_VALUE", message, path))


def _joined(value: Mapping[str, Any], sources: Sequence[str]) -> Any:
    """One value of several sources, each of which has a part of the selections."""
    found = {"value": value.get(sources[0])}
    for source in sources[1:]:
        merge(found, {"value": value.get(source)})
    return found["value"]
