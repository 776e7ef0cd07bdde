"""Say where something stands in `interlace.yaml`: the file, the line, and the way to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self, TypeAlias

Way: TypeAlias = tuple[str | int, ...]
NOWHERE: Mapping[Way, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file whose `lines` are known by their ways; as text, what a problem begins with."""

    # Two configurations are equal whatever their files look like.
    file: str = field(default="", compare=False)
    lines: Mapping[Way, int] = field(default_factory=lambda: NOWHERE, repr=False, compare=False)
    way: Way = ()

    def __truediv__(self, key: str | int) -> Self:
        """The place below a key, or at a number."""
        return type(self)(self.file, self.lines, (*self.way, key))

    def __str__(self) -> str:
        """The line is that of the nearest place that has one; there is none where nothing was read of a file."""
        path = ".".join(map(str, self.way))
        near = self.way
        while near and near not in self.lines:
            near = near[:-1]
        line = self.lines.get(near)
        return path if line is None else f"{self.file}:{line}{': ' if path else ''}{path}"
