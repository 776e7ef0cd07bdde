"""Say in the client's terms where something stands that a fetch knows by its own names."""

from collections.abc import Iterable, Sequence

from connectors.protocol import PathKey
from federation.planning.plan import AnswerField, AnswerFragment, AnswerSelection


def client_path(answer: Sequence[AnswerSelection], path: Iterable[PathKey]) -> tuple[PathKey, ...]:
    """The path with the client's keys; it ends where it leads into something that the client did not ask for."""
    found: list[PathKey] = []
    level: list[AnswerSelection] = list(answer)
    for step in path:
        if isinstance(step, int):
            found.append(step)
            continue
        fields = [item for item in _fields(level) if item.source == step]
        if not fields:
            break
        found.append(fields[0].key)
        level = [inner for item in fields if item.key == fields[0].key for inner in item.selections]
    return tuple(found)


def _fields(selections: Iterable[AnswerSelection]) -> Iterable[AnswerField]:
    for item in selections:
        if isinstance(item, AnswerFragment):
            yield from _fields(item.selections)
        elif not item.hidden:
            yield item
