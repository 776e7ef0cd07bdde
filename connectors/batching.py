"""Cut representations into calls, and give the items of an answer back to those they belong to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from connectors.errors import BadAnswer, BindingInvalid
from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.graph_types import WrittenType
from connectors.mapping.items import Items
from connectors.mapping.keys import Key, ReadKeys, key_reader, key_texts, read_field_set
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_expression
from connectors.mapping.raw_value import UNEXPECTED
from connectors.mapping.readers import member_names, reader
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Target, object_shaper
from connectors.protocol import Json
from schemas.connect import Connect
from schemas.supergraph import Graph

Entity: TypeAlias = Mapping[str, Json]
ReadItemKeys: TypeAlias = Callable[[list[Json], Scope, Deviations], list[Key | None]]
"""The keys of raw items; None, and a deviation noted, where an item has none."""


@dataclass(frozen=True, slots=True)
class Batching:
    """How one binding's items find their entities.

    Keys are compared as text. Without `given` items stand in the order of the entities. With `many`, an entity gets the
    list of its items, else its first item or null.
    """

    max_size: int | None
    wanted: ReadKeys
    given: ReadItemKeys | None
    many: bool

    def chunks(self, representations: Sequence[Entity]) -> Iterator[Sequence[Entity]]:
        """The representations, at most `max_size` in one call."""
        size = self.max_size or len(representations)
        for start in range(0, len(representations), size or 1):
            yield representations[start : start + size]

    def distribute(
        self, representations: Sequence[Entity], items: list[Json], scope: Scope, deviations: Deviations
    ) -> list[Json]:
        """For each representation its raw item, the list of its items, or null.

        Items that nobody asked for are left out; so are nulls, and items without a key (these are noted). Raises
        BadAnswer where items go by their order, and are not as many as the representations.
        """
        if self.given is None:
            return _by_position(representations, items)
        present = [item for item in items if item is not None] if None in items else items
        keys = self.given(present, scope, deviations)
        wanted = self.wanted(representations)
        if not self.many:
            # Of several items of one entity the first counts: dict() keeps the last.
            found: dict[Key | None, Json] = dict(zip(reversed(keys), reversed(present), strict=True))
            return [None if key is None else found.get(key) for key in wanted]
        groups: dict[Key | None, list[Json]] = {key: [] for key in wanted}
        for key, item in zip(keys, present, strict=True):
            if key in groups and key is not None:
                groups[key].append(item)
        return [groups[key] for key in wanted]


def batch_of_entities(connect: Connect, graph: Graph, items: Items) -> Batching:
    """Entities go by their key fields, as the selection gives them.

    Raises CannotPrepare when the selection does not give the key, and BindingInvalid when the key is no field set.
    """
    type_name = connect.coordinate.partition(".")[0]
    fields = read_field_set(connect.key or "")
    target = Target(WrittenType(type_name, 0), fields, Place((), f"an item of {type_name}"))
    shape, read = object_shaper(graph, items.selection, target), key_reader(fields)

    def given(raw: list[Json], scope: Scope, deviations: Deviations) -> list[Key | None]:
        shaped = [shape(item, scope, deviations) for item in raw]
        return read([{} if item is MISSING or item is None else item for item in shaped])

    return Batching(connect.batch.max_size, read, given, many=False)


def batch_of_fields(connect: Connect, *, many: bool) -> Batching:
    """Items go by `group_by`, a path into the raw item; without it by the order of the entities, one for each.

    Raises BindingInvalid when `group_by` cannot be read, or is needed and not there.
    """
    wanted = key_reader(read_field_set(connect.key or ""))
    if connect.group_by is None and many:
        message = "a batch that gives lists needs 'groupBy': the member of an item that says whose it is"
        raise BindingInvalid(f"{connect.coordinate}: {message}")
    if connect.group_by is None:
        return Batching(connect.batch.max_size, wanted, None, many)
    expression = parse_expression(connect.group_by)
    read, names = reader(expression), member_names(expression)
    plain = names[0] if names is not None and len(names) == 1 else None
    place = Place((), f"'{connect.group_by}' of an item of {connect.coordinate}")

    def given(raw: list[Json], scope: Scope, deviations: Deviations) -> list[Key | None]:
        try:
            values = [item[plain] for item in raw] if plain is not None else [read(item, scope) for item in raw]
        except UNEXPECTED:
            values = [read(item, scope) for item in raw]
        keys = key_texts(values)
        for _ in range(keys.count(None)):
            deviations.missing(place)
        return keys

    return Batching(connect.batch.max_size, wanted, given, many)


def _by_position(representations: Sequence[Entity], items: list[Json]) -> list[Json]:
    if len(items) != len(representations):
        expected = f"a batch of {len(representations)} needs as many items in its order, and found {len(items)}"
        raise BadAnswer(f"the answer does not fit the schema: {expected}")
    return items
