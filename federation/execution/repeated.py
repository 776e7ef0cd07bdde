"""Objects that stand at several places of an answer are encoded once for all places but the first."""

from typing import Any

import orjson


class Repeated:
    """Stands for an object of the answer at its second place and all further ones."""

    __slots__ = ("_text", "value")

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        self._text: orjson.Fragment | None = None

    def text(self) -> orjson.Fragment:
        """The object's JSON. Raises TypeError where orjson cannot encode it."""
        if self._text is None:
            self._text = orjson.Fragment(orjson.dumps(self.value, default=as_text))
        return self._text


def as_text(item: Repeated) -> orjson.Fragment:
    """For orjson: what stands for a repeated object."""
    return item.text()


def as_value(item: Repeated) -> dict[str, Any]:
    """For Python's own encoder, and whoever looks at the objects themselves."""
    return item.value
