"""Which path a service is asked for, when a request came by a route."""

from collections.abc import Mapping
from dataclasses import dataclass

from federation.patterns.path import write_path
from federation.patterns.pattern import BadPattern, Pattern, read_pattern


@dataclass(frozen=True, slots=True)
class Rewriting:
    """From the paths of one pattern to those of another, which has no parameters that the first has not."""

    pattern: Pattern
    to: Pattern

    def target(self, segments: tuple[str, ...], parameters: Mapping[str, str]) -> str:
        """The encoded path that a service gets for the segments of a request's."""
        own = tuple(
            text if name is None else parameters[name]
            for text, name in zip(self.to.segments, self.to.parameters, strict=True)
        )
        return write_path(own + (segments[len(self.pattern.segments) :] if self.to.is_prefix else ()))

    def public_path(self, path: str) -> str:
        """Under which path clients find a path of the service; unchanged where that is not known."""
        before, after = _plain_prefix(self.to), _plain_prefix(self.pattern)
        if before is None or after is None or not (path == before or path.startswith(f"{before.rstrip('/')}/")):
            return path
        return after.rstrip("/") + path[len(before.rstrip("/")) :]


def read_rewriting(pattern: Pattern, text: str | None) -> Rewriting:
    """The rewriting of a route; without a text, the service gets the path as it is. Raises BadPattern."""
    to = pattern if text is None else read_pattern(text)
    unknown = [name for name in to.names if name not in pattern.names]
    if unknown:
        raise BadPattern(f"{to.text!r} has a parameter '{unknown[0]}' that {pattern.text!r} has not")
    if to.is_prefix and not pattern.is_prefix:
        raise BadPattern(f"{to.text!r} ends with '/*', and {pattern.text!r} does not")
    if pattern.is_prefix and not to.is_prefix:
        raise BadPattern(f"{pattern.text!r} stands for longer paths too: end {to.text!r} with '/*' to pass the rest on")
    return Rewriting(pattern, to)


def _plain_prefix(pattern: Pattern) -> str | None:
    return None if pattern.names or not pattern.is_prefix else write_path(pattern.segments)
