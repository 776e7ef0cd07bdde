"""Small subgraphs in Python that answer as a real server would, and refuse what a real server could not answer.

They are strict, so that a wrong plan fails: fields that the subgraph does not define or does not resolve there,
representations without a full key, `@requires` without what it requires, and the same entity asked for twice.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from tests.conformance.features.executable_schema import executable_schema
from tests.conformance.features.field_sets import is_covered, is_full_key, shown_by
from tests.conformance.features.laws import Laws

Json = Any
Data = Mapping[str, Json]
Resolver = Callable[..., Json]


class Refused(Exception):
    """The subgraph was asked for what a real one would not answer."""


class Unknown(Exception):
    """The test's data does not hold what was asked for."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a subgraph got, and by which representations it was asked for entities."""

    operation: str
    representations: list[Data] = field(default_factory=list)


class Presented(dict[str, Json]):
    """An entity's own data, with the representation by which it was asked for."""

    def __init__(self, own: Data, representation: Data) -> None:
        super().__init__(own)
        self.representation = representation


class StrictSubgraph:
    """One subgraph.

    `entities` are the objects that it can find by key, for each type. `fields` holds what is computed, by coordinate
    (`Product.estimate`): a value, or a function of the object (with what the representation brought) and arguments.
    Every other field is read from its object. What is asked is kept in `calls`, until the subgraph is told to forget.
    """

    def __init__(
        self,
        name: str,
        sdl: str,
        entities: Mapping[str, Sequence[Data]] | None = None,
        fields: Mapping[str, Json] | None = None,
    ) -> None:
        self.name = name
        self.sdl = sdl
        self.calls: list[Call] = []
        self.refusals: list[str] = []
        self.unknown: list[str] = []
        self._entities = entities or {}
        self._fields = fields or {}
        self._schema = executable_schema(sdl)
        self._laws = Laws(sdl, self._schema)

    def forget(self) -> None:
        """Begin anew, as if nothing had been asked."""
        self.calls, self.refusals, self.unknown = [], [], []

    def answer(self, text: str, variables: Data | None = None) -> Json:
        """The response to an operation; what cannot be answered is kept in `refusals` and `unknown` too."""
        variables = variables or {}
        self.calls.append(Call(text))
        document = parse(text)
        problems = [error.message for error in validate(self._schema, document)]
        if not problems:
            problems = [*self._laws.broken_by(text)]
        if problems:
            return self._refuse(text, problems)
        result = execute_sync(
            self._schema,
            document,
            root_value={},
            variable_values=dict(variables),
            field_resolver=self._resolve,
            type_resolver=self._name_type,
        )
        origins = [error.original_error for error in result.errors or ()]
        refused = [str(error) for error in origins if isinstance(error, Refused)]
        self.unknown.extend(f"{self.name}: {error}: {text}" for error in origins if isinstance(error, Unknown))
        if refused:
            return self._refuse(text, refused)
        response: dict[str, Json] = {"data": result.data}
        if result.errors:
            response["errors"] = [error.formatted for error in result.errors]
        return response

    def _refuse(self, text: str, problems: Sequence[str]) -> Json:
        self.refusals.extend(f"{self.name}: {problem}: {text}" for problem in problems)
        return {"data": None, "errors": [{"message": problem} for problem in problems]}

    def _resolve(self, source: Data, info: GraphQLResolveInfo, **arguments: Json) -> Json:
        owner, name = info.parent_type.name, info.field_name
        if name == "_entities":
            return self._find_all(arguments["representations"])
        if name == "_service":
            return {"sdl": self.sdl}
        representation = getattr(source, "representation", {})
        required = self._laws.requires.get(f"{owner}.{name}")
        if required is not None:
            self._check_required(f"{owner}.{name}", required, representation)
        computed = self._fields.get(f"{owner}.{name}", self)
        if callable(computed):
            return computed({**source, **representation}, **arguments)
        if computed is not self:
            return copy.deepcopy(computed)
        if name not in source:
            raise Unknown(f"{owner}.{name} is not known of {dict(source)}")
        return source[name]

    def _name_type(self, value: Data, info: GraphQLResolveInfo, kind: Any) -> str:
        if "__typename" not in value:
            raise Unknown(f"the data does not say which {kind} {dict(value)} is")
        return value["__typename"]

    def _find_all(self, representations: Sequence[Data]) -> list[Json]:
        self.calls[-1].representations.extend(representations)
        if not representations:
            raise Refused("no representations")
        for number, representation in enumerate(representations):
            if representation in representations[:number]:
                raise Refused(f"{representation} is sent twice")
        return [self._find(representation) for representation in representations]

    def _find(self, representation: Data) -> Json:
        typename = representation.get("__typename")
        kind = self._schema.type_map.get(str(typename))
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            raise Refused(f"no type {typename}")
        unknown = [name for name in representation if name != "__typename" and name not in kind.fields]
        if unknown:
            raise Refused(f"{typename} has no {unknown}")
        possible = self._schema.get_possible_types(kind) if isinstance(kind, GraphQLInterfaceType) else [kind]
        keys = [key for key in self._laws.keys.get(kind.name, ()) if key.resolvable]
        full = [key for key in keys if is_full_key(key.fields, representation)]
        if not full:
            raise Refused(f"{dict(representation)} has no full key")
        for name in (item.name for item in possible):
            for entity in self._entities.get(name, ()):
                if all(shown_by(key.fields, entity) == shown_by(key.fields, representation) for key in full):
                    return Presented({"__typename": name, **entity}, representation)
        return None

    def _check_required(self, coordinate: str, required: SelectionSetNode, representation: Data) -> None:
        if not is_covered(required, representation):
            raise Refused(f"{coordinate} misses what it requires in {dict(representation)}")
