"""Collect the entities at a path, present them without repetition, and say which answer belongs to which."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import orjson

from connectors.protocol import Representation, RepresentationField, RepresentationFragment
from federation.execution.gathered import FAILED
from federation.planning.plan import Each, Key, OnTypes, Step

Entity: TypeAlias = dict[str, Any]
Located: TypeAlias = tuple[Entity, tuple[str | int, ...]]


class CannotPresent(Exception):
    """Something that the representation needs was not fetched, because its fetch failed."""


class Presented(NamedTuple):
    """What to send, and for each of it the entities that await its answer.

    `left_out` are entities whose needed data an earlier failure withheld, `passed_over` those without a full key;
    `context_values` are what each representation takes from contexts, where the fetch has any.
    """

    representations: list[dict[str, Any]]
    entities: list[list[Entity]]
    left_out: list[Entity]
    passed_over: list[Entity]
    context_values: Sequence[dict[str, Any]] = ()

    def found(self) -> list[Entity]:
        """All objects at the paths, each once."""
        return [entity for group in (*self.entities, self.left_out, self.passed_over) for entity in group]


class EntityPaths:
    """The paths of one fetch, ready to be walked."""

    def __init__(self, paths: Sequence[Sequence[Step]]) -> None:
        self._paths = tuple(tuple(path) for path in paths)

    def entities(self, data: Entity) -> list[Entity]:
        """The objects at the paths, each once, in their order."""
        found = [item for path in self._paths for item in self._at(path, data)]
        # Answers are shared where they are the same, so one object may stand at many places.
        return list({id(item): item for item in found}.values())

    def _at(self, path: Sequence[Step], data: Entity) -> list[Entity]:
        level: list[Any] = [data]
        for step in path:
            match step:
                case Key(name):
                    level = [item.get(name) for item in level if isinstance(item, dict)]
                case Each():
                    level = [inner for item in level if isinstance(item, list) for inner in item]
                case OnTypes(names):
                    level = [item for item in level if isinstance(item, dict) and item.get("__typename") in names]
        return [item for item in level if isinstance(item, dict)]

    def located(self, data: Entity) -> Iterator[Located]:
        """The objects at the paths with the way to them, for messages."""
        for path in self._paths:
            yield from self._located(path, data)

    def _located(self, path: Sequence[Step], data: Entity) -> Iterator[Located]:
        level: list[tuple[Any, tuple[str | int, ...]]] = [(data, ())]
        for step in path:
            match step:
                case Key(name):
                    level = [(item.get(name), (*way, name)) for item, way in level if isinstance(item, dict)]
                case Each():
                    level = [
                        (inner, (*way, position))
                        for item, way in level
                        if isinstance(item, list)
                        for position, inner in enumerate(item)
                    ]
                case OnTypes(names):
                    level = [
                        (item, way) for item, way in level if isinstance(item, dict) and item.get("__typename") in names
                    ]
        for item, way in level:
            if isinstance(item, dict):
                yield item, way


class Presenter:
    """Makes the representations of one fetch; `form` is how an entity is presented, None for one of no known type."""

    def __init__(self, representations: Sequence[Representation]) -> None:
        self._forms = tuple(Form(item) for item in representations)
        only = self._forms[0] if len(self._forms) == 1 and not representations[0].possible_types else None
        self.form: Callable[[Entity], Form | None] = (lambda _: only) if only else self._find_by_type

    def present(self, entities: Sequence[Entity]) -> Presented:
        """The representations of the entities, equal ones once. Entities without a full key are passed over."""
        representations: list[dict[str, Any]] = []
        waiting: list[list[Entity]] = []
        left_out: list[Entity] = []
        passed_over: list[Entity] = []
        known: dict[object, int] = {}
        for entity in entities:
            form = self.form(entity)
            try:
                made = None if form is None else form.make(entity)
            except CannotPresent:
                left_out.append(entity)
                continue
            if form is None or made is None:
                passed_over.append(entity)
                continue
            identity = form.identity(made)
            number = known.setdefault(identity, len(representations))
            if number == len(representations):
                representations.append(made)
                waiting.append([])
            waiting[number].append(entity)
        return Presented(representations, waiting, left_out, passed_over)

    def _find_by_type(self, entity: Entity) -> "Form | None":
        typename = entity.get("__typename")
        for form in self._forms:
            if not form.possible_types or typename in form.possible_types:
                return form
        return None


class Form:
    """How one kind of entity is presented."""

    def __init__(self, representation: Representation) -> None:
        self.possible_types = representation.possible_types
        self._typename = representation.typename
        self._required = representation.required
        self._parts = representation.fields
        self._simple = tuple(
            (part.name, part.source)
            for part in representation.fields
            if isinstance(part, RepresentationField) and not part.selections
        )
        self._is_simple = len(self._simple) == len(representation.fields)

    def make(self, entity: Entity) -> dict[str, Any] | None:
        """The representation; None when a part of the key is null. Raises CannotPresent."""
        for source in self._required:
            value = entity.get(source)
            if value is FAILED:
                raise CannotPresent
            if value is None:
                return None
        made: dict[str, Any] = {"__typename": self._typename or entity.get("__typename")}
        if self._is_simple:
            for name, source in self._simple:
                value = entity.get(source)
                if value is FAILED:
                    raise CannotPresent
                made[name] = value
        else:
            _fill(made, self._parts, entity)
        return made

    def identity(self, made: dict[str, Any]) -> object:
        """Equal for equal representations."""
        if self._is_simple:
            values = tuple(made.values())
            try:
                hash(values)
            except TypeError:
                return orjson.dumps(made)
            return values
        return orjson.dumps(made)


def _fill(made: dict[str, Any], parts: Sequence[RepresentationField | RepresentationFragment], value: Entity) -> None:
    for part in parts:
        if isinstance(part, RepresentationFragment):
            if value.get("__typename") in part.possible_types:
                _fill(made, part.selections, value)
            continue
        inner = value.get(part.source)
        if inner is FAILED:
            raise CannotPresent
        made[part.name] = _presented(inner, part.selections) if part.selections else inner


def _presented(value: Any, parts: Sequence[RepresentationField | RepresentationFragment]) -> Any:
    if isinstance(value, list):
        return [_presented(item, parts) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    if any(isinstance(part, RepresentationFragment) for part in parts) and "__typename" in value:
        made["__typename"] = value["__typename"]
    _fill(made, parts, value)
    return made
