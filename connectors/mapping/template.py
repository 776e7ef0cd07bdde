"""Read texts with holes, as URLs and headers are written: `Bearer {$config.token}`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from connectors.mapping.errors import MappingInvalid
from connectors.mapping.parse import parse_expression
from connectors.mapping.syntax import Expression


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole that an expression fills; `text` is how it was written, for errors."""

    expression: Expression
    text: str


Part: TypeAlias = str | Hole


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes."""

    parts: tuple[Part, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """Only the holes."""
        return tuple(part for part in self.parts if isinstance(part, Hole))


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Template:
    """Read a template; raises MappingInvalid with line and column."""
    parts: list[Part] = []
    offset = 0
    while offset < len(text):
        opening = text.find("{", offset)
        literal = text[offset:] if opening < 0 else text[offset:opening]
        if "}" in literal:
            raise MappingInvalid("this '}' closes nothing", text, offset + literal.index("}"))
        if literal:
            parts.append(literal)
        if opening < 0:
            break
        closing = _closing(text, opening)
        inner = text[opening + 1 : closing]
        parts.append(Hole(parse_expression(inner, text, opening + 1), inner.strip()))
        offset = closing + 1
    return Template(tuple(parts))


def _closing(text: str, opening: int) -> int:
    """Where the hole that opens at `opening` ends; braces in strings do not count."""
    depth, quote, offset = 0, "", opening
    while offset < len(text):
        character = text[offset]
        if quote:
            if character == "\\":
                offset += 1
            elif character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return offset
        offset += 1
    raise MappingInvalid("this '{' is never closed", text, opening)
