"""Put the answers of a fetch's calls together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.batching import Entity
from connectors.bound.failures import Failure
from connectors.bound.lower import Asked
from connectors.mapping.deviations import Deviations
from connectors.mapping.missing import MISSING
from connectors.mapping.scope import Scope
from connectors.mapping.shaping import Shape
from connectors.protocol import Json


@dataclass(slots=True)
class Gathering:
    """What the calls of one fetch have brought so far; only the run that made it, and its calls, write to it."""

    data: Json
    deviations: Deviations = field(default_factory=Deviations)
    failures: list[Failure] = field(default_factory=list)
    succeeded: int = 0


@dataclass(frozen=True, slots=True)
class PutFields:
    """Puts the values of one field into their objects."""

    asked: Asked
    objects: Sequence[dict[str, Json]]
    gathering: Gathering

    def one(self, position: int, raw: Json, scope: Scope) -> None:
        """Put the value that `raw` gives into the object at `position`."""
        self.many(position, (raw,), scope)

    def many(self, start: int, given: Sequence[Json], scope: Scope) -> None:
        """Put what is given, from `start` on."""
        shape, deviations = self.asked.shape, self.gathering.deviations
        self.shaped(start, [shape(raw, scope, deviations) for raw in given], scope)

    def shaped(self, start: int, values: Sequence[Json], _scope: Scope) -> None:
        """Put values that are shaped already, from `start` on."""
        key = self.asked.key
        for target, value in zip(self.objects[start:] if start else self.objects, values, strict=False):
            if value is not MISSING:
                target[key] = value


@dataclass(frozen=True, slots=True)
class PutEntities:
    """Puts entities into their places, with what their representations know of them."""

    asked: Asked
    representations: Sequence[Entity]
    echo: Shape | None
    gathering: Gathering

    def one(self, position: int, raw: Json, scope: Scope) -> None:
        """Put the entity that `raw` gives at `position`."""
        self.many(position, (raw,), scope)

    def many(self, start: int, given: Sequence[Json], scope: Scope) -> None:
        """Put what is given, from `start` on."""
        shape, deviations = self.asked.shape, self.gathering.deviations
        self.shaped(start, [shape(raw, scope, deviations) for raw in given], scope)

    def shaped(self, start: int, values: Sequence[Json], scope: Scope) -> None:
        """Put entities that are shaped already, from `start` on."""
        for position, value in enumerate(values, start):
            if value is MISSING or value is None:
                continue
            self.gathering.data[position] = value
            if self.echo is not None:
                value.update(self.echo(self.representations[position], scope, self.gathering.deviations))
