"""Ask a plain GraphQL service for entities by its lookups: which fields, in which operations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import CannotPrepare
from connectors.graphql.grouped_call import MOST_TEXTS
from connectors.graphql.print_operation import print_lookups
from connectors.protocol import Fetch, Json, RepresentationField
from schemas.lookup import Lookup
from schemas.selection import Field, InlineFragment, Selection

# A lookup that takes one key stands once for each entity, in operations of so many.
MOST_FIELDS = 50
KEY_ALIAS = "_key"


@dataclass(frozen=True, slots=True)
class AskedLookup:
    """One field of an operation: the lookup, and the positions of the representations that it is for."""

    lookup: Lookup
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LookupOperation:
    """One operation with its variables; the fields stand under the keys `_0`, `_1`..."""

    text: str
    variables: Mapping[str, Json]
    fields: tuple[AskedLookup, ...]


class LookupOperations:
    """The operations of one fetch. Raises CannotPrepare when no lookup gives what it wants by the keys that it has."""

    def __init__(self, fetch: Fetch, lookups: Sequence[Lookup]) -> None:
        self._fetch = fetch
        self._lookups: dict[str, Lookup] = {}
        for shown in fetch.representations:
            names = {part.name for part in shown.fields if isinstance(part, RepresentationField)}
            for typename in [shown.typename] if shown.typename else sorted(shown.possible_types):
                self._lookups[typename] = _fitting(typename, names, lookups, fetch)
        self._taken = tuple(definition.variable.name.value for definition in fetch.variables)
        self._name = "key"
        while any(other.startswith(self._name) for other in self._taken):
            self._name = f"_{self._name}"
        self._texts: dict[tuple[Lookup, ...], str] = {}

    def make(
        self, representations: Sequence[Mapping[str, Json]], client: Mapping[str, Json]
    ) -> Iterator[LookupOperation]:
        """As few operations as possible for the representations; `client` are the client's variables."""
        asked = list(self._asked(representations))
        for start in range(0, len(asked), MOST_FIELDS):
            fields = tuple(asked[start : start + MOST_FIELDS])
            variables: dict[str, Json] = {name: client[name] for name in self._taken if name in client}
            for number, item in enumerate(fields):
                for argument in item.lookup.arguments:
                    values = [representations[position][argument.field] for position in item.positions]
                    variables[f"{self._name}_{number}_{argument.name}"] = values if item.lookup.many else values[0]
            yield LookupOperation(self._text(tuple(item.lookup for item in fields)), variables, fields)

    def _asked(self, representations: Sequence[Mapping[str, Json]]) -> Iterator[AskedLookup]:
        together: dict[Lookup, list[int]] = {}
        for position, representation in enumerate(representations):
            lookup = self._lookups[representation["__typename"]]
            if lookup.many:
                together.setdefault(lookup, []).append(position)
            else:
                yield AskedLookup(lookup, (position,))
        for lookup, positions in together.items():
            yield AskedLookup(lookup, tuple(positions))

    def _text(self, lookups: tuple[Lookup, ...]) -> str:
        text = self._texts.get(lookups)
        if text is None:
            selections = [(lookup, tuple(self._selections(lookup))) for lookup in lookups]
            text = print_lookups(self._name, self._fetch.variables, selections)
            if len(self._texts) < MOST_TEXTS:
                self._texts[lookups] = text
        return text

    def _selections(self, lookup: Lookup) -> Iterator[Selection]:
        """What is asked of the entities of one lookup; of many, by which key each is found again."""
        if lookup.many:
            yield Field(lookup.arguments[0].field, KEY_ALIAS)
        for selection in self._fetch.selections:
            if not isinstance(selection, InlineFragment) or selection.on == lookup.type_name:
                yield from _unwrapped(selection)
            elif selection.on not in self._lookups:
                yield selection


def _unwrapped(selection: Selection) -> Iterable[Selection]:
    if isinstance(selection, InlineFragment) and not selection.conditions:
        return selection.selections
    return (selection,)


def _fitting(typename: str, names: set[str], lookups: Sequence[Lookup], fetch: Fetch) -> Lookup:
    fitting = [lookup for lookup in lookups if lookup.type_name == typename and set(lookup.key) <= names]
    if not fitting:
        raise CannotPrepare(f"'{fetch.graph}' has no lookup that gives '{typename}' by {', '.join(sorted(names))}")
    return max(fitting, key=lambda lookup: lookup.many)
