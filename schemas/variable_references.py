"""Find which variables a template or mapping mentions, without understanding the rest of the language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<variable>\$[A-Za-z_]\w*)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<arrow>->)
      | (?P<mark>[^\s])""",
    re.VERBOSE,
)
HOLE = re.compile(r"\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")


@dataclass(frozen=True, slots=True)
class VariableReference:
    """One mention: `$this.address.city` has the variable `this` and the path `("address", "city")`."""

    variable: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it is written."""
        return "$" + ".".join((self.variable, *self.path))


def references_in_mapping(text: str) -> tuple[VariableReference, ...]:
    """Every variable that a mapping mentions, once each, in order.

    A selection on a variable counts as its members: `$this { id name }` mentions `$this.id` and `$this.name`.
    """
    tokens = [(match.lastgroup or "", match.group()) for match in TOKEN.finditer(text) if match.lastgroup != "skip"]
    return tuple(dict.fromkeys(_references(tokens)))


def references_in_template(text: str) -> tuple[VariableReference, ...]:
    """Every variable inside the `{...}` holes of a URL or header template, once each, in order."""
    found = (reference for hole in HOLE.findall(text) for reference in references_in_mapping(hole))
    return tuple(dict.fromkeys(found))


def _references(tokens: list[tuple[str, str]]) -> Iterator[VariableReference]:
    for position, (kind, text) in enumerate(tokens):
        if kind != "variable":
            continue
        path, after = _path(tokens, position + 1)
        reference = VariableReference(text[1:], path)
        members = _members(tokens, after)
        if not members:
            yield reference
        for member in members:
            yield VariableReference(reference.variable, (*path, *member))


def _path(tokens: list[tuple[str, str]], position: int) -> tuple[tuple[str, ...], int]:
    path: list[str] = []
    while position + 1 < len(tokens) and tokens[position][1] == "." and tokens[position + 1][0] == "name":
        path.append(tokens[position + 1][1])
        position += 2
    return tuple(path), position


def _members(tokens: list[tuple[str, str]], position: int) -> tuple[tuple[str, ...], ...]:
    """The paths that the selection starting at `position` takes; none where no selection starts there."""
    if position >= len(tokens) or tokens[position][1] != "{":
        return ()
    members: list[tuple[str, ...]] = []
    position += 1
    while position < len(tokens) and tokens[position][1] != "}":
        kind, text = tokens[position]
        position += 1
        if kind != "name":
            continue
        if position + 1 < len(tokens) and tokens[position][1] == ":":
            kind, text = tokens[position + 1]
            position += 2
            if kind != "name":
                continue
        path, position = _path(tokens, position)
        inner = _members(tokens, position)
        members.extend((text, *path, *rest) for rest in inner or ((),))
        position = _after_group(tokens, position)
    return tuple(members)


def _after_group(tokens: list[tuple[str, str]], position: int) -> int:
    if position >= len(tokens) or tokens[position][1] != "{":
        return position
    depth = 0
    for index in range(position, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[index][1], 0)
        if depth == 0:
            return index + 1
    return len(tokens)
