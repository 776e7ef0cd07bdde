"""What one team registers: a name, where it stands, and its schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One subgraph as text.

    `name` is how plans, errors and `interlace.yaml` call it; `sdl` is federation SDL (with `@source` and `@connect`
    where fields are bound to services); `url` is the GraphQL address of a remote subgraph, empty for any other;
    `origin` is the file that `sdl` was read from, shown in error messages. Where it was printed from Python, `places`
    gives the file and line of each type and field, by coordinate.
    """

    name: str
    sdl: str
    url: str = ""
    origin: str = ""
    places: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))
