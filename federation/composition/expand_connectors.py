"""See each connector of a subgraph as a graph of its own, so that one planner serves every protocol.

A root field bound to a call is a graph with just that root field. A field or entity whose call needs `$this`, `$batch`
or arguments is a graph that can be entered by them as a key. Fields with Python resolvers stay in a graph of the
subgraph's own name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from connectors.mapping.errors import MappingInvalid
from connectors.mapping.parse import parse_selection
from connectors.mapping.shape import selection_shape
from federation.composition.connector_types import COMPOSITE, ConnectorTypes
from federation.composition.errors import CompositionError
from federation.composition.type_references import named
from schemas.connect import Connect, LocalField
from schemas.lookup import Lookup
from schemas.read_connect import Bindings
from schemas.supergraph import Graph, GraphField, GraphType, Key, Supergraph, TypeKind

ROOTS = ("Query", "Mutation")


def expand_connectors(supergraph: Supergraph, bindings: Bindings) -> tuple[Supergraph, tuple[CompositionError, ...]]:
    """The supergraph with each bound graph replaced by the graphs of its connectors.

    An error is reported for each selection that cannot be read, for each field of a bound graph that neither a
    connector nor a resolver gives, and for each that takes arguments from a context.
    """
    bound = {item.subgraph for item in bindings.connects} | {item.subgraph for item in bindings.local_fields}
    graphs: dict[str, Graph] = {}
    errors: list[CompositionError] = []
    for name, graph in supergraph.graphs.items():
        if name not in bound:
            lookups = tuple(item for item in bindings.lookups if item.subgraph == name)
            graphs[name] = replace(graph, lookups=lookups) if lookups else graph
            errors.extend(_without_lookup(graph, lookups))
            continue
        connects = tuple(item for item in bindings.connects if item.subgraph == name)
        local_fields = tuple(item for item in bindings.local_fields if item.subgraph == name)
        unreadable = tuple(_unreadable(connects))
        if unreadable:
            errors.extend(unreadable)
            continue
        made = tuple(_expand(graph, connects, local_fields))
        errors.extend(_not_given(graph, made))
        errors.extend(_contextual(graph))
        graphs.update({item.name: item for item in made})
    return replace(supergraph, graphs=graphs), tuple(errors)


def _without_lookup(graph: Graph, lookups: tuple[Lookup, ...]) -> Iterator[CompositionError]:
    """A plain service can be entered by no key that it has no lookup for."""
    known = {(item.type_name, frozenset(item.key)) for item in lookups}
    for written in graph.types.values() if lookups else ():
        for key in written.keys:
            if key.resolvable and (written.name, frozenset(key.fields.split())) not in known:
                yield CompositionError(
                    "LOOKUP_MISSING",
                    f'[{graph.subgraph}] "{written.name}" has @key(fields: "{key.fields}"), and no field with @lookup '
                    "gives it by that key: add one, or say resolvable: false.",
                )


def _unreadable(connects: Iterable[Connect]) -> Iterator[CompositionError]:
    for connect in connects:
        try:
            parse_selection(connect.selection)
        except MappingInvalid as error:
            message = f'[{connect.subgraph}] @connect on "{connect.coordinate}": the selection cannot be read: {error}'
            yield CompositionError("CONNECTORS_INVALID_SELECTION", message)


def _expand(graph: Graph, connects: tuple[Connect, ...], local_fields: tuple[LocalField, ...]) -> Iterator[Graph]:
    bound = frozenset([*(item.coordinate for item in connects), *(item.coordinate for item in local_fields)])
    names: set[str] = set()
    for connect in connects:
        name = _unique(f"{graph.name}:{connect.coordinate}", names)
        yield _connector_graph(graph, connect, name, bound)
    if local_fields:
        yield _local_graph(graph, connects, local_fields, bound)


def _unique(name: str, names: set[str]) -> str:
    number, unique = 1, name
    while unique in names:
        number += 1
        unique = f"{name}#{number}"
    names.add(unique)
    return unique


def _connector_graph(graph: Graph, connect: Connect, name: str, bound: frozenset[str]) -> Graph:
    shape = selection_shape(parse_selection(connect.selection))
    collected = ConnectorTypes(graph, bound)
    owner, _, field = connect.coordinate.partition(".")
    entry = collected.enter_field(owner, field, shape) if field else collected.enter_object(owner, shape)
    if owner not in ROOTS:
        types = collected.types()
        keyed = _entered_by_key(graph, types[owner], connect, collected.provided(entry))
        return Graph(name, graph.subgraph, graph.url, {**types, owner: keyed}, connect)
    entity = named(graph.types[owner].fields[field].type)
    by_key = collected.enter_object(entity, shape) if connect.entity else None
    below = entry.fields[field]
    types = dict(collected.types())
    provides = collected.provided(below) if below else None
    types[owner] = replace(types[owner], fields={field: replace(types[owner].fields[field], provides=provides)})
    if by_key is not None:
        types[entity] = _entered_by_key(graph, types[entity], connect, collected.provided(by_key))
    return Graph(name, graph.subgraph, graph.url, types, connect)


def _entered_by_key(graph: Graph, entered: GraphType, connect: Connect, provided: str | None) -> GraphType:
    if connect.key is not None:
        return replace(entered, keys=(Key(connect.key, provides=provided),))
    keys = graph.types[entered.name].keys
    return replace(entered, keys=tuple(replace(key, provides=provided) for key in keys))


def _local_graph(
    graph: Graph, connects: Iterable[Connect], local_fields: Iterable[LocalField], bound: frozenset[str]
) -> Graph:
    """What Python resolvers give: their fields, and the plain fields of what these lead to; of entities, the keys."""
    types = {name: written for name, written in graph.types.items() if written.kind not in COMPOSITE}
    fetched = frozenset(_fetched_entities(graph, connects))
    waiting: list[str] = []
    for item in local_fields:
        owner, _, field = item.coordinate.partition(".")
        written = graph.types[owner]
        made = types.setdefault(owner, replace(written, fields={}))
        resolved = replace(written.fields[field], external=False, requires=item.requires)
        types[owner] = replace(made, fields={**made.fields, field: resolved})
        waiting.append(named(resolved.type))
    while waiting:
        written_type = graph.types.get(waiting.pop())
        if written_type is None or written_type.kind not in COMPOSITE:
            continue
        held = types.get(written_type.name)
        plain = _plain_fields(written_type, fetched, bound)
        if held is not None and set(plain) <= set(held.fields):
            continue
        types[written_type.name] = replace(written_type, fields={**plain, **(held.fields if held else {})})
        waiting.extend(named(field.type) for field in plain.values())
        waiting.extend(written_type.members)
        if written_type.kind is TypeKind.INTERFACE:
            waiting.extend(name for name, each in graph.types.items() if written_type.name in each.interfaces)
    return Graph(graph.name, graph.subgraph, graph.url, types)


def _fetched_entities(graph: Graph, connects: Iterable[Connect]) -> Iterator[str]:
    """The entities that a connector gets by their key."""
    for connect in connects:
        owner, _, field = connect.coordinate.partition(".")
        if not field:
            yield owner
        elif connect.entity:
            yield named(graph.types[owner].fields[field].type)


def _plain_fields(written: GraphType, fetched: frozenset[str], bound: frozenset[str]) -> Mapping[str, GraphField]:
    """The fields that a Python object has by itself; an entity that connectors fetch is passed on by its key alone."""
    is_fetched = written.name in fetched
    keys = {name for key in written.keys for name in key.fields.replace("{", " ").replace("}", " ").split()}
    return {
        name: field
        for name, field in written.fields.items()
        if f"{written.name}.{name}" not in bound and (not is_fetched or name in keys) and not field.external
    }


def _contextual(graph: Graph) -> Iterator[CompositionError]:
    for written in graph.types.values():
        for field in written.fields.values():
            for argument in field.context_arguments:
                yield CompositionError(
                    "CONNECTORS_CONTEXT_ARGUMENT",
                    f'[{graph.subgraph}] "{written.name}.{field.name}({argument.name}:)" comes from a context, which '
                    "neither connectors nor resolvers of this process can take: let a GraphQL subgraph give the field.",
                )


def _not_given(graph: Graph, made: tuple[Graph, ...]) -> Iterator[CompositionError]:
    for written in graph.types.values():
        if written.kind is not TypeKind.OBJECT:
            continue
        keys = {name for key in written.keys for name in key.fields.replace("{", " ").replace("}", " ").split()}
        for name, field in written.fields.items():
            given = any(name in each.types[written.name].fields for each in made if written.name in each.types)
            if not given and not field.external and name not in keys:
                yield CompositionError(
                    "CONNECTORS_UNRESOLVED_FIELD",
                    f'[{graph.subgraph}] "{written.name}.{name}" is given by no connector: add it to the selection of '
                    f'a @connect that gives "{written.name}", or bind it by a @connect of its own.',
                )
