"""Which fields an object of the answer has: CollectFields of the GraphQL specification, section 6.3.2."""

from collections.abc import Sequence

from federation.planning.plan import AnswerField, AnswerFragment, AnswerSelection
from schemas.selection import Condition


def collect_fields(
    selections: Sequence[AnswerSelection], typename: str, held: frozenset[Condition]
) -> dict[str, list[AnswerField]]:
    """The fields for an object of the type, when `held` are the conditions that hold: by key, in order.

    A field that is masked under one type condition may be had under another: then it is not masked.
    """
    collected: dict[str, list[AnswerField]] = {}
    _collect(selections, typename, held, collected)
    for key, found in collected.items():
        if any(item.masked for item in found):
            collected[key] = [item for item in found if not item.masked] or found
    return collected


def asks_type(selections: Sequence[AnswerSelection]) -> bool:
    """Whether the fields depend on what an object is, where it may be of several types."""
    return any(isinstance(item, AnswerFragment) or item.name == "__typename" for item in selections)


def conditions_of(selections: Sequence[AnswerSelection]) -> list[Condition]:
    """All conditions in the selections, nested ones too."""
    found: list[Condition] = []
    for item in selections:
        found.extend(item.conditions)
        found.extend(conditions_of(item.selections))
    return found


def _collect(
    selections: Sequence[AnswerSelection],
    typename: str,
    held: frozenset[Condition],
    collected: dict[str, list[AnswerField]],
) -> None:
    for item in selections:
        if not held.issuperset(item.conditions):
            continue
        if isinstance(item, AnswerField):
            if not item.hidden:
                collected.setdefault(item.key, []).append(item)
        elif typename in item.possible_types:
            _collect(item.selections, typename, held, collected)
