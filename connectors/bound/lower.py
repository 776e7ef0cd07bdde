"""Lower a fetch to what its binding has to do: which calls, from which values, and how their answers are shaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from connectors.batching import Batching, batch_of_entities, batch_of_fields
from connectors.bound.arguments import ReadArguments, argument_reader
from connectors.bound.conditions import without_conditions
from connectors.errors import CannotPrepare
from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.fast_batch import Take, Wanted, taker
from connectors.mapping.fast_path import giving
from connectors.mapping.graph_types import TYPENAME, WrittenType, field_type, fields_on
from connectors.mapping.items import WHOLE, Items, items_of
from connectors.mapping.keys import read_field_set
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_expression, parse_selection
from connectors.mapping.raw_value import JSON_FORM, Inexpressible, RawForm
from connectors.mapping.scope import Scope
from connectors.mapping.shape import selection_shape
from connectors.mapping.shaping import Shape, Target, object_shaper, value_shaper
from connectors.mapping.syntax import Selection as ParsedSelection
from connectors.protocol import Fetch, Json, RepresentationField
from schemas.connect import Connect
from schemas.selection import Field, Selection
from schemas.supergraph import Graph


class Level(Enum):
    """On what a fetch's selections stand."""

    ROOT = "root"
    ENTITY = "entity"
    FIELD = "field of entities"


@dataclass(frozen=True, slots=True)
class BatchForm:
    """How one call answers for many entities: where its items stand, and whose they are.

    `take` does all of it for well-formed answers, in the raw form; the rest takes the careful way through JSON.
    """

    items: Items
    batching: Batching
    take: Take | None
    form: RawForm


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a fetch asks of its binding: a field under its `key`, or the entity itself (then `key` is empty).

    `entity_arguments` are those that representations give. `shape` takes a whole raw answer, or one item as JSON where
    there is a `batch`. With `absent_is_null`, a service that says "there is none" has answered null.
    """

    key: str
    arguments: ReadArguments
    shape: Shape
    batch: BatchForm | None
    absent_is_null: bool
    entity_arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundFetch:
    """A lowered fetch: immutable, without variables.

    `constants` are the `__typename`s beside what is asked; `echo` takes from a representation what was asked and is
    known already. A `serial` fetch makes one call after the other (mutations).
    """

    level: Level
    asked: tuple[Asked, ...]
    constants: Mapping[str, Json]
    echo: Shape | None
    serial: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """What fetches are lowered for: a binding of a graph, and the raw form in which its protocol gives answers."""

    connect: Connect
    graph: Graph
    form: RawForm = JSON_FORM


def lower(fetch: Fetch, binding: Binding, variables: Mapping[str, Json] | None = None) -> BoundFetch:
    """Lower the parts of a fetch whose conditions hold (all parts, without `variables`).

    Raises CannotPrepare when the fetch asks for what the binding does not give, and BindingInvalid when the binding's
    selection cannot be read.
    """
    selections = without_conditions(fetch.selections, variables)
    if not fetch.is_entity_fetch:
        return _root(fetch, selections, binding)
    connect = binding.connect
    owner, _, name = connect.coordinate.partition(".")
    if connect.entity:
        target = field_type(binding.graph, owner, name).name
        return _entity(fetch, selections, binding, target)
    if not name:
        return _entity(fetch, selections, binding, owner)
    return _fields(fetch, selections, binding)


def _root(fetch: Fetch, selections: tuple[Selection, ...], binding: Binding) -> BoundFetch:
    owner, _, name = binding.connect.coordinate.partition(".")
    fields = fields_on(binding.graph, owner, selections)
    _refuse_others(fields, name, binding.connect, binding.graph)
    asked = tuple(_field(item, binding) for item in fields if item.name != TYPENAME)
    return BoundFetch(Level.ROOT, asked, _typenames(fields, owner), None, serial=fetch.kind == "mutation")


def _fields(fetch: Fetch, selections: tuple[Selection, ...], binding: Binding) -> BoundFetch:
    owner, _, name = binding.connect.coordinate.partition(".")
    fields = fields_on(binding.graph, owner, selections)
    own = tuple(item for item in fields if item.name == name)
    others = tuple(item for item in fields if item.name not in {name, TYPENAME})
    echo = _echo(fetch, others, binding.graph, owner)
    asked = tuple(_field(item, binding) for item in own)
    return BoundFetch(Level.FIELD, asked, _typenames(fields, owner), echo, serial=False)


def _field(field: Field, binding: Binding) -> Asked:
    connect, graph = binding.connect, binding.graph
    owner = connect.coordinate.partition(".")[0]
    written = field_type(graph, owner, field.name)
    nullable = not graph.types[owner].fields[field.name].type.endswith("!")
    selection = parse_selection(connect.selection)
    target = Target(written, field.selections, Place((field.key,), connect.coordinate))
    arguments = argument_reader(field, connect, graph)
    if not connect.batched:
        shape = value_shaper(graph, selection, target, binding.form)
        return Asked(field.key, arguments, shape, None, absent_is_null=nullable or connect.entity)
    items = items_of(selection)
    many = written.depth > 0
    key = None if connect.group_by is None else parse_expression(connect.group_by)
    take = taker(graph, items, Wanted(written.name, field.selections, key, many), binding.form)
    batch = BatchForm(items, batch_of_fields(connect, many=many), take, binding.form)
    return Asked(field.key, arguments, _item_shaper(graph, items, target, many=many), batch, absent_is_null=False)


def _item_shaper(graph: Graph, items: Items, target: Target, *, many: bool) -> Shape:
    """Shape what one entity got of a batch: one item, or the list of its items."""
    if target.selections:
        shape = object_shaper(graph, items.selection, target)
    else:
        shape = value_shaper(graph, items.selection, target)
    if not many:
        return shape

    def shape_group(group: Json, scope: Scope, deviations: Deviations) -> Json:
        shaped = [shape(item, scope, deviations) for item in group]
        return [None if item is MISSING else item for item in shaped] if MISSING in shaped else shaped

    return shape_group


def _entity(fetch: Fetch, selections: tuple[Selection, ...], binding: Binding, type_name: str) -> BoundFetch:
    connect, graph = binding.connect, binding.graph
    selection = parse_selection(connect.selection)
    fields = fields_on(graph, type_name, selections)
    given = selection_shape(selection)
    known = tuple(item for item in fields if item.name != TYPENAME and not given.gives((item.name,)))
    echo = _echo(fetch, known, graph, type_name) if known else None
    wanted = tuple(item for item in fields if item not in known) if known else selections
    target = Target(WrittenType(type_name, 0), wanted, Place((), type_name))
    if connect.batched:
        batch = _batch_of_entities(binding, selection, target)
        asked = Asked(
            "", _no_arguments, object_shaper(graph, batch.items.selection, target), batch, absent_is_null=False
        )
    else:
        shape = value_shaper(graph, selection, target, binding.form)
        names = tuple(connect.arguments) if connect.entity else ()
        asked = Asked("", _no_arguments, shape, None, absent_is_null=True, entity_arguments=names)
    return BoundFetch(Level.ENTITY, (asked,), {}, echo, serial=False)


def _batch_of_entities(binding: Binding, selection: ParsedSelection, target: Target) -> BatchForm:
    connect, graph = binding.connect, binding.graph
    items = items_of(selection)
    fields = read_field_set(connect.key or "")
    try:
        # A key of several parts is left to the careful way.
        key = giving(items.selection, fields[0].name) if len(fields) == 1 and not fields[0].selections else None
    except Inexpressible:
        key = None
    wanted = Wanted(target.type.name, target.selections, key, many=False)
    take = None if key is None else taker(graph, items, wanted, binding.form)
    return BatchForm(items, batch_of_entities(connect, graph, items), take, binding.form)


def _echo(fetch: Fetch, fields: tuple[Field, ...], graph: Graph, type_name: str) -> Shape | None:
    """Shape what the representation itself has; raises CannotPrepare where it does not."""
    if not fields:
        return None
    sent = {
        item.name
        for representation in fetch.representations
        for item in representation.fields
        if isinstance(item, RepresentationField)
    }
    for field in fields:
        if field.name not in sent:
            raise CannotPrepare(f"{graph.name}: the selection does not give {type_name}.{field.name}")
    return object_shaper(graph, WHOLE, Target(WrittenType(type_name, 0), fields, Place((), type_name)))


def _refuse_others(fields: tuple[Field, ...], name: str, connect: Connect, graph: Graph) -> None:
    for field in fields:
        if field.name not in {name, TYPENAME}:
            raise CannotPrepare(f"{graph.name} gives {connect.coordinate}, and not '{field.name}'")


def _typenames(fields: tuple[Field, ...], type_name: str) -> Mapping[str, Json]:
    return {field.key: type_name for field in fields if field.name == TYPENAME}


def _no_arguments(_variables: Mapping[str, Json]) -> dict[str, Json]:
    return {}
