"""Shape raw answers into what a fetch asked for: compiled once per fetch, reading only what is asked.

A shaper takes JSON as dicts and lists, and gives objects under response keys. What the answer lacks is absent from
them (null in lists) and noted as a deviation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from connectors.errors import CannotPrepare
from connectors.mapping.check_calls import BINDING_METHOD
from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.fast_path import FastPath, fast_path
from connectors.mapping.graph_types import TYPENAME, WrittenType, concrete_types, field_type, fields_on
from connectors.mapping.missing import MISSING
from connectors.mapping.raw_value import JSON_FORM, RawForm
from connectors.mapping.readers import member_names, promises_value, reader
from connectors.mapping.scope import Scope
from connectors.mapping.shape import selection_shape
from connectors.mapping.syntax import (
    Current,
    Entry,
    Expression,
    Json,
    Member,
    MethodCall,
    Path,
    Selection,
)
from schemas.selection import Field
from schemas.selection import Selection as Asked
from schemas.supergraph import Graph

Shape: TypeAlias = Callable[[Json, Scope, Deviations], Json]
"""A raw value to a shaped one, or MISSING where there is none (which is then noted already)."""

Node: TypeAlias = Selection | Expression


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted somewhere: a type, the selections on it, and where that stands in the fetch."""

    type: WrittenType
    selections: tuple[Asked, ...]
    place: Place


def value_shaper(graph: Graph, selection: Selection, target: Target, form: RawForm = JSON_FORM) -> Shape:
    """Shape a whole raw answer of this form (null stays null: the service had nothing to say).

    Raises CannotPrepare when the target asks for what the graph or the selection does not have. What the form's
    `to_json` raises, the shaper does.
    """
    careful = careful_shaper(graph, selection, target)
    fast = fast_path(graph, selection, target.type, target.selections, form)
    if fast is not None:
        return _first(fast, careful, form)
    return careful if form is JSON_FORM else _from_json(careful, form)


def careful_shaper(graph: Graph, selection: Selection, target: Target) -> Shape:
    """Shape as `value_shaper` does, without a fast path for well-formed answers."""
    shape = _value(graph, selection, target)
    return lambda value, scope, deviations: None if value is None else shape(value, scope, deviations)


def object_shaper(graph: Graph, selection: Selection, target: Target) -> Shape:
    """Shape one raw object with the selection that stands on it; the target's lists are left out of account."""
    return value_shaper(graph, selection, replace(target, type=WrittenType(target.type.name, 0)))


def _first(fast: FastPath, careful: Shape, form: RawForm) -> Shape:
    unexpected, to_json = form.unexpected, form.to_json

    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        if value is None:
            return None
        try:
            return fast(value)
        except unexpected:
            return careful(to_json(value), scope, deviations)

    return shape


def _from_json(careful: Shape, form: RawForm) -> Shape:
    to_json = form.to_json

    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        return None if value is None else careful(to_json(value), scope, deviations)

    return shape


def _value(graph: Graph, node: Node, target: Target) -> Shape:
    if not target.selections:
        return _read(node, target.place, _taken)
    if isinstance(node, Selection):
        return _value(graph, node.sole, target) if node.sole is not None else _objects(graph, node, target)
    if isinstance(node, Path) and node.selection is not None and not _binds(node):
        found = replace(node, selection=None)
        return _read(found, target.place, _value(graph, node.selection, target))
    return _read(node, target.place, _objects(graph, _as_it_comes(graph, target), target))


def _taken(value: Json, _scope: Scope, _deviations: Deviations) -> Json:
    return value


def _read(node: Node, place: Place, then: Shape) -> Shape:
    """Find a value, and go on with it where there is one."""
    if member_names(node) == ():
        return then
    read, promised = reader(node), promises_value(node)

    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        found = read(value, scope)
        if found is MISSING and not promised:
            return None
        if found is MISSING:
            deviations.missing(place)
            return MISSING
        return None if found is None else then(found, scope, deviations)

    return shape


def _objects(graph: Graph, selection: Selection, target: Target) -> Shape:
    """Shape objects in as many lists as the type has."""
    shape = _one(_any_object(graph, selection, target), target.place)
    for _ in range(target.type.depth):
        shape = _many(shape, target.place)
    return shape


def _one(build: Shape, place: Place) -> Shape:
    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        if value.__class__ is dict:
            return build(value, scope, deviations)
        if value is None:
            return None
        deviations.unfit(place, "an object", value)
        return MISSING

    return shape


def _many(inner: Shape, place: Place) -> Shape:
    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        if value.__class__ is list:
            shaped = [inner(item, scope, deviations) for item in value]
            return [None if item is MISSING else item for item in shaped] if MISSING in shaped else shaped
        if value is None:
            return None
        deviations.unfit(place, "a list", value)
        return MISSING

    return shape


def _any_object(graph: Graph, selection: Selection, target: Target) -> Shape:
    """Shape an object of the one type that it can have, or of the type that its `__typename` says."""
    names = concrete_types(graph, target.type.name)
    if len(names) == 1:
        return _object(graph, selection, names[0], target)
    if not selection_shape(selection).gives((TYPENAME,)):
        message = f"{graph.name}: {target.type.name} may be one of {', '.join(names)}: the selection has to give"
        raise CannotPrepare(f"{message} {TYPENAME}, to say which")
    shapes = {name: _object(graph, selection, name, target) for name in names}
    read = reader(selection)

    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        typename = read(value, scope).get(TYPENAME)
        build = shapes.get(typename) if isinstance(typename, str) else None
        if build is None:
            deviations.unfit(target.place, f"one of {', '.join(names)} by its {TYPENAME}", typename)
            return MISSING
        return build(value, scope, deviations)

    return shape


def _object(graph: Graph, selection: Selection, type_name: str, target: Target) -> Shape:
    """Shape an object whose type is known."""
    constants: dict[str, Json] = {}
    plain: dict[str, str] = {}
    places: dict[str, Place] = {}
    others: list[tuple[str, Shape]] = []
    merged: list[tuple[Field, Shape]] = []
    for field in fields_on(graph, type_name, target.selections):
        if field.name == TYPENAME:
            constants[field.key] = type_name
            continue
        place = Place((*target.place.path, field.key), f"{type_name}.{field.name}")
        inner = Target(field_type(graph, type_name, field.name), field.selections, place)
        entry = _giving(graph, selection, type_name, field)
        names = member_names(entry.value)
        if entry.key is None:
            merged.append((field, _value(graph, _named(field.name), inner)))
        elif not field.selections and names is not None and len(names) == 1:
            plain[field.key], places[field.key] = names[0], place
        else:
            others.append((field.key, _value(graph, entry.value, inner)))
    shape = _with_plain(constants, plain, places)
    shape = _with_shaped(shape, tuple(others)) if others else shape
    return _with_merged(shape, selection, merged) if merged else shape


def _with_plain(constants: Mapping[str, Json], plain: Mapping[str, str], places: Mapping[str, Place]) -> Shape:
    """Take members as they are: what most selections mostly do."""
    members = tuple(plain.items())

    def shape(value: Json, _scope: Scope, deviations: Deviations) -> Json:
        try:
            made = {key: value[name] for key, name in members}
        except KeyError:
            made = {key: value[name] for key, name in members if name in value}
            for key, place in places.items():
                if key not in made:
                    deviations.missing(place)
        made.update(constants)
        return made

    def shape_without_constants(value: Json, scope: Scope, deviations: Deviations) -> Json:
        try:
            return {key: value[name] for key, name in members}
        except KeyError:
            return shape(value, scope, deviations)

    return shape if constants else shape_without_constants


def _with_shaped(first: Shape, others: tuple[tuple[str, Shape], ...]) -> Shape:
    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        made = first(value, scope, deviations)
        for key, inner in others:
            found = inner(value, scope, deviations)
            if found is not MISSING:
                made[key] = found
        return made

    return shape


def _with_merged(first: Shape, selection: Selection, merged: list[tuple[Field, Shape]]) -> Shape:
    """Take fields from what entries without a key merge into the object; later entries replace earlier ones."""
    names = {field.name for field, _shape in merged}
    entries = tuple(
        (entry.key, reader(entry.value)) for entry in selection.entries if entry.key is None or entry.key in names
    )
    last = _with_shaped(lambda _value, _scope, _deviations: {}, tuple((field.key, shape) for field, shape in merged))

    def shape(value: Json, scope: Scope, deviations: Deviations) -> Json:
        together: dict[str, Json] = {}
        for key, read in entries:
            part = read(value, scope)
            if key is not None and part is not MISSING:
                together[key] = part
            elif key is None and part.__class__ is dict:
                together.update(part)
        made = first(value, scope, deviations)
        made.update(last(together, scope, deviations))
        return made

    return shape


def _giving(graph: Graph, selection: Selection, type_name: str, field: Field) -> Entry:
    """The entry that gives a field: the last that may."""
    for entry in reversed(selection.entries):
        if entry.key == field.name or (entry.key is None and selection_shape(entry.value).gives((field.name,))):
            return entry
    raise CannotPrepare(f"{graph.name}: the selection does not give {type_name}.{field.name}")


def _as_it_comes(graph: Graph, target: Target) -> Selection:
    """The selection of a value that has the asked fields under their own names."""
    names = {
        field.name: None
        for type_name in concrete_types(graph, target.type.name)
        for field in fields_on(graph, type_name, target.selections)
        if field.name != TYPENAME
    }
    return Selection(tuple(Entry(name, _named(name)) for name in (*names, TYPENAME)))


def _named(name: str) -> Path:
    return Path(Current(), (Member(name),), None, relative=True)


def _binds(path: Path) -> bool:
    """Whether the path binds a variable, which its selection may then read."""
    return any(isinstance(step, MethodCall) and step.name == BINDING_METHOD for step in path.steps)
