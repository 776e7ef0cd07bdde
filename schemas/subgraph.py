"""What one team registers: a name, where it stands, and its schema."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One subgraph as text.

    `name` is how plans, errors and `interlace.yaml` call it; `sdl` is federation SDL (with `@source` and `@connect`
    where fields are bound to services); `url` is the GraphQL address of a remote subgraph, empty for any other;
    `origin` is the file that `sdl` was read from, shown in error messages.
    """

    name: str
    sdl: str
    url: str = ""
    origin: str = ""
