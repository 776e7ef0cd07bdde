"""Check that every query which the supergraph allows can be planned: no field is there that no chain of keys reaches.

The check walks the query graph as planning does, over states: a type, and the graphs in which its objects can be at
hand. Two ways to one state need checking once.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_composite_type

from federation.composition.errors import CompositionError
from federation.operations.errors import OperationTooLarge
from federation.planning.budget import Budget
from federation.planning.errors import FieldUnreachable
from federation.planning.giving import Giving
from federation.planning.graph_index import GraphIndex
from federation.planning.override_labels import override_labels
from federation.planning.places import FromRoot, Jump, Place, Position
from federation.planning.search import Search
from federation.planning.sources import SourceNames
from federation.planning.want import TYPENAME, WantField
from schemas.supergraph import Supergraph

MOST_STEPS = 2_000_000
MOST_ERRORS = 50
State: TypeAlias = tuple[str, frozenset[tuple[object, ...]], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Visit:
    """Objects of `type_name` at hand in `places`; `path` is a query that leads to them.

    `contexts` are set by the objects above them.
    """

    type_name: str
    places: tuple[Place, ...]
    path: tuple[str, ...]
    contexts: frozenset[str] = frozenset()


def check_satisfiability(supergraph: Supergraph) -> tuple[CompositionError, ...]:
    """An error for each field that some query could ask for in vain, with the shortest such query.

    While fields are overridden progressively, every query must do with the labels on, off, and on one by one.
    """
    try:
        return tuple(dict.fromkeys(_errors(supergraph)))
    except (OperationTooLarge, RecursionError):
        message = (
            "The subgraphs can be entered and required in more ways than can be checked: use fewer @key and @requires"
        )
        return (CompositionError("MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED", message),)


def _errors(supergraph: Supergraph) -> Iterator[CompositionError]:
    index = GraphIndex(supergraph)
    labels = override_labels(supergraph)
    singles = [frozenset({label}) for label in sorted(labels)] if len(labels) > 1 else []
    budget = Budget(MOST_STEPS)
    for active in dict.fromkeys([frozenset[str](), labels, *singles]):
        yield from _Check(supergraph, index.with_labels(active), budget).errors()


class _Check:
    def __init__(self, supergraph: Supergraph, index: GraphIndex, budget: Budget) -> None:
        self._schema = supergraph.schema
        self._api = supergraph.api
        self._index = index
        self._contexts = tuple(supergraph.contexts)
        self._giving = Giving(self._index)
        self._search = Search(self._index, self._giving, SourceNames(self._index), budget)
        self._seen: set[State] = set()

    def errors(self) -> Iterator[CompositionError]:
        waiting = deque(self._roots())
        told: set[str] = set()
        while waiting and len(told) < MOST_ERRORS:
            visit = waiting.popleft()
            for name in self._fields(visit.type_name):
                try:
                    waiting.extend(self._new(self._follow(visit, name)))
                except FieldUnreachable as error:
                    coordinate = f"{visit.type_name}.{name}"
                    if coordinate not in told:
                        told.add(coordinate)
                        yield _unsatisfiable(visit, name, str(error))

    def _roots(self) -> Iterator[_Visit]:
        for root in (self._schema.query_type, self._schema.mutation_type, self._schema.subscription_type):
            if root is not None:
                places = tuple(
                    Place(name, root.name, FromRoot(), frozenset({Jump((), name, 0)}), 0)
                    for name in self._index.graphs
                    if self._index.type_in(name, root.name) is not None
                )
                keyword = "query" if root is self._schema.query_type else root.name.lower()
                yield _Visit(root.name, places, (keyword,))

    def _fields(self, type_name: str) -> Iterator[str]:
        shown = self._api.type_map.get(type_name)
        if isinstance(shown, GraphQLObjectType | GraphQLInterfaceType):
            yield from shown.fields

    def _follow(self, visit: _Visit, name: str) -> Iterator[_Visit]:
        """The objects behind a field. Raises FieldUnreachable."""
        self._check_contexts(visit, name)
        position = Position((), (), visit.type_name)
        owner = self._schema.type_map[visit.type_name]
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
        child = get_named_type(owner.fields[name].type)
        holders = self._search.holders(position, visit.places, WantField(name))
        if not holders:
            # Raises, unless each of the type's object types gives the field in its own way: those are visited too.
            self._search.leaves(position, visit.places, [WantField(name)])
            return
        if is_composite_type(child):
            places = tuple(self._giving.through(place, WantField(name), name) for place in holders)
            set_here = {each for each in self._contexts if self._index.sets_context(visit.type_name, each)}
            yield from self._visits(_Visit(child.name, places, (*visit.path, name), visit.contexts | set_here))

    def _check_contexts(self, visit: _Visit, name: str) -> None:
        """Raises FieldUnreachable when all graphs that have the field take arguments of it from contexts not set."""
        found = [self._index.field_in(graph, visit.type_name, name) for graph in self._index.graphs]
        needed = [
            {argument.context for argument in field.context_arguments}
            for field in found
            if field and not field.external
        ]
        if needed and all(contexts - visit.contexts for contexts in needed):
            missing = ", ".join(sorted(needed[0] - visit.contexts))
            raise FieldUnreachable(f"its arguments come from the context {missing}, which no object above it sets")

    def _visits(self, visit: _Visit) -> Iterator[_Visit]:
        yield visit
        type_name = visit.type_name
        possible = sorted(self._index.possible_types[type_name])
        if type_name in possible:
            return
        position = Position((), (), type_name)
        typed = self._search.typed(position, visit.places)
        if not any(self._giving.gives(place, TYPENAME) for place in typed):
            raise FieldUnreachable(
                f"its objects are known as {type_name} only, and no subgraph can be reached that knows which "
                "implementation each of them is"
            )
        for name in possible:
            narrowed = tuple(place for item in typed if (place := self._giving.narrow(item, name)))
            if narrowed:
                yield replace(visit, type_name=name, places=narrowed, path=(*visit.path, f"... on {name}"))

    def _new(self, visits: Iterable[_Visit]) -> Iterator[_Visit]:
        for visit in visits:
            state = (visit.type_name, frozenset(_seen_as(place) for place in visit.places), visit.contexts)
            if state not in self._seen:
                self._seen.add(state)
                yield visit


def _seen_as(place: Place) -> tuple[object, ...]:
    return place.graph, place.type_name, tuple(map(id, place.provided)), place.granted


def _unsatisfiable(visit: _Visit, name: str, reason: str) -> CompositionError:
    opened = " { ".join((*visit.path, name))
    query = f"{opened}{' }' * len(visit.path)}"
    graphs = ", ".join(sorted({place.graph for place in visit.places}))
    return CompositionError(
        "SATISFIABILITY_ERROR",
        f'No subgraph can answer "{visit.type_name}.{name}" in: {query}. From {graphs}: {reason}. Give the field '
        "there, or a @key by which the subgraph that has it can be entered.",
    )
