"""Cut representations into calls, and give the items of an answer back to those they belong to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from connectors.errors import BadAnswer, BindingInvalid
from connectors.mapping.deviations import Deviations, Place
from connectors.mapping.graph_types import WrittenType
from connectors.mapping.items import Items
from connectors.mapping.keys import Key, ReadKey, key_reader, key_text, read_field_set
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_expression
from connectors.mapping.readers import reader
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Target, object_shaper
from connectors.protocol import Json
from schemas.connect import Connect
from schemas.supergraph import Graph

Entity: TypeAlias = Mapping[str, Json]
ReadItemKey: TypeAlias = Callable[[Json, Scope, Deviations], Key | None]
"""The key of a raw item; None, and a deviation noted, where the item has none."""


@dataclass(frozen=True, slots=True)
class Batching:
    """How one binding's items find their entities.

    Keys are compared as text. Without `given` items stand in the order of the entities. With `many`, an entity gets the
    list of its items, else its first item or null.
    """

    max_size: int | None
    wanted: ReadKey
    given: ReadItemKey | None
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
        groups: dict[Key, list[Json]] = {}
        for item in items:
            key = None if item is None else self.given(item, scope, deviations)
            if key is not None:
                groups.setdefault(key, []).append(item)
        wanted = map(self.wanted, representations)
        if self.many:
            return [groups.get(key, []) if key is not None else [] for key in wanted]
        return [groups[key][0] if key in groups else None for key in wanted]


def batch_of_entities(connect: Connect, graph: Graph, items: Items) -> Batching:
    """Entities go by their key fields, as the selection gives them.

    Raises CannotPrepare when the selection does not give the key, and BindingInvalid when the key is no field set.
    """
    type_name = connect.coordinate.partition(".")[0]
    fields = read_field_set(connect.key or "")
    target = Target(WrittenType(type_name, 0), fields, Place((), f"an item of {type_name}"))
    shape, read = object_shaper(graph, items.selection, target), key_reader(fields)

    def given(item: Json, scope: Scope, deviations: Deviations) -> Key | None:
        shaped = shape(item, scope, deviations)
        return None if shaped is MISSING or shaped is None else read(shaped)

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
    read = reader(parse_expression(connect.group_by))
    place = Place((), f"'{connect.group_by}' of an item of {connect.coordinate}")

    def given(item: Json, scope: Scope, deviations: Deviations) -> Key | None:
        key = key_text(read(item, scope))
        if key is None:
            deviations.missing(place)
        return key

    return Batching(connect.batch.max_size, wanted, given, many)


def _by_position(representations: Sequence[Entity], items: list[Json]) -> list[Json]:
    if len(items) != len(representations):
        expected = f"a batch of {len(representations)} needs as many items in its order, and found {len(items)}"
        raise BadAnswer(f"the answer does not fit the schema: {expected}")
    return items
