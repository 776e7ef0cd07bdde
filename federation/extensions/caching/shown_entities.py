"""Which entities an answer shows, by the keys that it shows of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from federation.extensions.caching.hints import named_type
from federation.extensions.caching.tags import any_entity_tag, entity_tag
from federation.planning.field_sets import read_field_set
from federation.planning.want import Want, WantField
from schemas.selection import Field, Selection
from schemas.supergraph import Graph, Supergraph

MOST_NAMED = 100

Keys = Mapping[str, tuple[tuple[Want, ...], ...]]


def keys_of(supergraph: Supergraph) -> Keys:
    """The keys of every entity type, of whichever graph."""
    found: dict[str, dict[str, None]] = {}
    for graph in supergraph.graphs.values():
        for type_ in graph.types.values():
            found.setdefault(type_.name, {}).update(dict.fromkeys(key.fields for key in type_.keys))
    return {name: tuple(map(read_field_set, sorted(texts))) for name, texts in found.items() if texts}


class ShownEntities:
    """Finds the entities in what one fetch brought."""

    def __init__(self, graph: Graph, keys: Keys) -> None:
        self._graph = graph
        self._keys = keys

    def key_of(self, representation: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The entity that a representation stands for, once for each of its keys that is there."""
        typename = representation["__typename"]
        for key in self._keys.get(typename, ()):
            values = _read_plain(key, representation)
            if values is not None:
                yield typename, values

    def tags(self, data: Any, selections: Sequence[Selection], type_name: str) -> tuple[str, ...]:
        """A tag for each entity; where there are too many, one for each of their types instead."""
        tags: dict[str, None] = {}
        types: dict[str, None] = {}
        for name, key in self.find(data, selections, type_name):
            types[name] = None
            if len(tags) <= MOST_NAMED:
                tags[entity_tag(name, key)] = None
        return tuple(tags) if len(tags) <= MOST_NAMED else tuple(map(any_entity_tag, types))

    def find(
        self, data: Any, selections: Sequence[Selection], type_name: str
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Each entity, once for each of its keys that is there; `type_name` is the static type of the data."""
        if isinstance(data, list):
            for item in data:
                yield from self.find(item, selections, type_name)
            return
        if not isinstance(data, dict):
            return
        typename = data.get("__typename", type_name)
        fields = list(_fields(selections))
        for key in self._keys.get(typename, ()):
            values = _read_key(key, data, fields)
            if values is not None:
                yield typename, values
        for field in fields:
            if field.selections and field.key in data:
                yield from self.find(data[field.key], field.selections, self._returned(typename, type_name, field.name))

    def _returned(self, typename: str, static: str, field: str) -> str:
        for name in (typename, static):
            type_ = self._graph.types.get(name)
            if type_ is not None and field in type_.fields:
                return named_type(type_.fields[field].type)
        return ""


def _fields(selections: Iterable[Selection]) -> Iterator[Field]:
    for item in selections:
        if isinstance(item, Field):
            yield item
        else:
            yield from _fields(item.selections)


def _read_key(key: Sequence[Want], data: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    for want in key:
        if not isinstance(want, WantField):
            return None
        shown = next(
            (each for each in fields if each.name == want.name and not each.arguments and each.key in data), None
        )
        value = None if shown is None else data[shown.key]
        if shown is not None and want.selections and isinstance(value, dict):
            value = _read_key(want.selections, value, list(_fields(shown.selections)))
        if value is None:
            return None
        values[want.name] = value
    return values


def _read_plain(key: Sequence[Want], data: Mapping[str, Any]) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    for want in key:
        if not isinstance(want, WantField):
            return None
        value = data.get(want.name)
        if want.selections and isinstance(value, dict):
            value = _read_plain(want.selections, value)
        if value is None:
            return None
        values[want.name] = value
    return values
