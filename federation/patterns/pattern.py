"""Patterns of paths: `/api/health`, `/api/users/*`, `/api/users/{id}/orders`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()+,;=:@-]+")


class BadPattern(ValueError):
    """A pattern of a path that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path's segments; those that are parameters have a name. A prefix also stands for all that goes on behind it."""

    text: str
    segments: tuple[str, ...]
    parameters: tuple[str | None, ...]
    is_prefix: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order in which they stand."""
        return tuple(name for name in self.parameters if name is not None)

    @property
    def shape(self) -> tuple[str | None, ...]:
        """What is alike in patterns that stand for the same paths."""
        bare = tuple(None if name else text for name, text in zip(self.parameters, self.segments, strict=True))
        return (*bare, "/*") if self.is_prefix else bare

    def match(self, segments: tuple[str, ...]) -> Mapping[str, str] | None:
        """The values of the parameters when the pattern stands for the path of these segments; else None."""
        count = len(self.segments)
        if len(segments) < count or (len(segments) > count and not self.is_prefix):
            return None
        found: dict[str, str] = {}
        for name, text, given in zip(self.parameters, self.segments, segments, strict=False):
            if name is not None:
                if not given:
                    return None
                found[name] = given
            elif text != given:
                return None
        return found


def read_pattern(text: str) -> Pattern:
    """Read a pattern. Raises BadPattern."""
    if not text.startswith("/"):
        raise BadPattern(f"{text!r} must begin with '/'")
    is_prefix = text.endswith("/*")
    body = text[1:-2] if is_prefix else text[1:]
    segments = tuple(body.split("/")) if body else ()
    parameters = tuple(_parameter(segment, text) for segment in segments)
    names = [name for name in parameters if name is not None]
    if len(set(names)) < len(names):
        raise BadPattern(f"{text!r} has two parameters of one name")
    return Pattern(text, segments, parameters, is_prefix)


def _parameter(segment: str, text: str) -> str | None:
    match = PARAMETER.fullmatch(segment)
    if match is not None:
        return match[1]
    if not SEGMENT.fullmatch(segment) or segment in {".", ".."}:
        what = "is empty" if not segment else f"{segment!r} is neither plain text nor a {{parameter}}"
        raise BadPattern(f"a segment of {text!r} {what}; '*' stands at the end only, as '/*'")
    return None
