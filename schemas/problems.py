"""Say what is wrong with a schema, and where: all problems at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import Node
from graphql.pyutils import did_you_mean, suggestion_list


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `line` and `column` count from 1 (0: no position is known)."""

    message: str
    origin: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`file:line:column: message`."""
        place = ":".join(str(part) for part in (self.origin, self.line, self.column) if part)
        return f"{place}: {self.message}" if place else self.message


class SchemaInvalid(Exception):
    """A schema cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def problem_at(node: Node | None, message: str, origin: str) -> Problem:
    """A problem at the place where `node` starts."""
    if node is None or node.loc is None:
        return Problem(message, origin)
    start = node.loc.start_token
    return Problem(message, origin, start.line, start.column)


def suggest(wrong: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?`, or nothing when no known word is near."""
    return did_you_mean(suggestion_list(wrong, sorted(known)))
