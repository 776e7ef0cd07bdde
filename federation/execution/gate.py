"""Keep a fetch from asking for what the objects do not give: decided from what is known of them before it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from federation.execution.checked_places import CheckedPlace
from federation.execution.entities import Entity, Presented
from federation.execution.object_checks import ObjectChecks, is_of
from federation.operations.mask import Mark
from federation.operations.needed_fields import Need
from federation.planning.plan import Key, Path


@dataclass(frozen=True, slots=True)
class Gate:
    """What is checked before one fetch: of its own objects (`own`), and of what leads to them (`above`)."""

    own: tuple[CheckedPlace, ...]
    above: tuple[CheckedPlace, ...]

    def keep(self, presented: Presented, checks: ObjectChecks) -> Presented:
        """What is presented, without the objects that do not give what the fetch asks for."""
        if not self.own:
            return presented
        numbers: list[int] = []
        waiting: list[list[Entity]] = []
        passed_over = list(presented.passed_over)
        for number, group in enumerate(presented.entities):
            kept: list[Entity] = []
            for entity in group:
                (kept if self._may_ask(entity, checks) else passed_over).append(entity)
            if kept:
                numbers.append(number)
                waiting.append(kept)
        return Presented(
            [presented.representations[number] for number in numbers],
            waiting,
            presented.left_out,
            passed_over,
            [presented.context_values[number] for number in numbers] if presented.context_values else (),
        )

    def _may_ask(self, entity: Entity, checks: ObjectChecks) -> bool:
        """False where all that the fetch asks for is known to be denied."""
        mine = [place for place in self.own if is_of(entity, place.field.types)]
        return not mine or any(checks.gives(place, entity) is not False for place in mine)


def gate_of(
    rule: Hashable, paths: Sequence[Path], places: Sequence[CheckedPlace], needs: Mapping[Mark, Need]
) -> Gate | None:
    """The gate of a fetch with this rule for the objects at these paths; None where nothing is to be checked."""
    slots = [tuple(step.name for step in path if isinstance(step, Key)) for path in paths]
    own = tuple(
        place for place in places if rule is not None and needs[place.mark].rule == rule and place.slot in slots
    )
    above = tuple(
        place
        for place in places
        if any(slot[: len(place.steps) + 1] == (*place.slot, place.field.source) for slot in slots)
    )
    return Gate(own, above) if own or above else None
