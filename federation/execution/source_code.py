"""Write a Python function as text and make it: plans become code once, and are not interpreted for each request."""

from collections.abc import Callable
from typing import Any


class SourceCode:
    """Lines of one function or several, and the constants that they mention by name (those of `around` too)."""

    def __init__(self, around: "SourceCode | None" = None) -> None:
        self._lines: list[str] = []
        self.constants: dict[str, Any] = {} if around is None else around.constants

    @property
    def text(self) -> str:
        """What has been written so far."""
        return "\n".join(self._lines) + "\n"

    def line(self, depth: int, text: str) -> None:
        """One line, indented `depth` times."""
        self._lines.append("    " * depth + text)

    def begin(self, *lines: str) -> None:
        """Put lines before all others."""
        self._lines[:0] = lines

    def constant(self, value: Any) -> str:
        """A name for a value that has no literal."""
        known = next((name for name, held in self.constants.items() if held is value), None)
        if known is not None:
            return known
        name = f"C{len(self.constants)}"
        self.constants[name] = value
        return name

    def function(self, name: str, file: str) -> Callable[..., Any]:
        """The function of that name; `file` stands for the text in tracebacks."""
        scope: dict[str, Any] = dict(self.constants)
        # The text is ours: what comes from clients and subgraphs is in it as literals made by repr() only.
        exec(compile(self.text, file, "exec"), scope)  # noqa: S102
        made: Callable[..., Any] = scope[name]
        return made
