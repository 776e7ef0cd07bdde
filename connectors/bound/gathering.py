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
        key, shape, deviations = self.asked.key, self.asked.shape, self.gathering.deviations
        for position, raw in enumerate(given, start):
            shaped = shape(raw, scope, deviations)
            if shaped is not MISSING:
                self.objects[position][key] = shaped


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
        for position, raw in enumerate(given, start):
            shaped = shape(raw, scope, deviations)
            if shaped is MISSING or shaped is None:
                continue
            if self.echo is not None:
                shaped |= self.echo(self.representations[position], scope, deviations)
            self.gathering.data[position] = shaped
