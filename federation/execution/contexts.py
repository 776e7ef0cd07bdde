"""Present entities whose fetch takes values from objects further up: what is one entity may need several answers."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from connectors.protocol import ContextVariable, Representation, RepresentationField, RepresentationFragment
from federation.execution.entities import CannotPresent, Entity, Presented, Presenter
from federation.execution.gathered import FAILED
from federation.planning.plan import Each, Key, Step


class ContextPresenter:
    """Makes the representations and the values of one fetch.

    Two places of an entity are answered together only where their values are equal. So the data may not share an
    object between places: whoever merges answers gives each place its own.
    """

    def __init__(
        self, path: Sequence[Step], representations: Sequence[Representation], variables: Sequence[ContextVariable]
    ) -> None:
        self._path = tuple(path)
        self._presenter = Presenter(representations)
        self._variables = tuple(variables)

    def present(self, data: Entity) -> Presented:
        """The representations of the entities at the path, each pair of entity and values once."""
        representations: list[dict[str, Any]] = []
        waiting: list[list[Entity]] = []
        left_out: list[Entity] = []
        passed_over: list[Entity] = []
        values: list[dict[str, Any]] = []
        known: dict[object, int] = {}
        for entity, above in self._entities(data, 0, (data,)):
            form = self._presenter.form(entity)
            try:
                made = None if form is None else form.make(entity)
                taken = {item.name: _value(item.selection, above[item.steps]) for item in self._variables}
            except CannotPresent:
                left_out.append(entity)
                continue
            if made is None:
                passed_over.append(entity)
                continue
            number = known.setdefault(orjson.dumps([made, taken]), len(representations))
            if number == len(representations):
                representations.append(made)
                waiting.append([])
                values.append(taken)
            waiting[number].append(entity)
        return Presented(representations, waiting, left_out, passed_over, values)

    def _entities(self, item: Any, step: int, above: tuple[Any, ...]) -> Iterator[tuple[Entity, tuple[Any, ...]]]:
        """The objects at the path, with what stood at each step of the way."""
        if step == len(self._path):
            if isinstance(item, dict):
                yield item, above
            return
        match self._path[step]:
            case Key(name):
                inner = [item.get(name)] if isinstance(item, dict) else []
            case Each():
                inner = item if isinstance(item, list) else []
            case on:
                inner = [item] if isinstance(item, dict) and item.get("__typename") in on.names else []
        for each in inner:
            yield from self._entities(each, step + 1, (*above, each))


def _value(parts: Sequence[RepresentationField | RepresentationFragment], item: Any) -> Any:
    """The one value to which the parts lead from an object; null where there is nothing."""
    if isinstance(item, list):
        return [_value(parts, each) for each in item]
    if not isinstance(item, dict):
        return item
    for part in parts:
        if isinstance(part, RepresentationFragment):
            if item.get("__typename") in part.possible_types:
                return _value(part.selections, item)
        elif part.name != "__typename" or len(parts) == 1:
            found = item.get(part.source)
            if found is FAILED:
                raise CannotPresent
            return _value(part.selections, found) if part.selections else found
    return None
