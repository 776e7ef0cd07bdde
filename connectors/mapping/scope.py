"""What an evaluation can see, and what it found wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.mapping.syntax import Json

MOST_PROBLEMS = 20


@dataclass(slots=True)
class Problems:
    """Deviations of one fetch's answers from what the schema promises, each told once however often it occurs."""

    found: dict[str, int] = field(default_factory=dict)

    def note(self, problem: str) -> None:
        """Count a problem; beyond a bound only those already known are counted."""
        if problem in self.found or len(self.found) < MOST_PROBLEMS:
            self.found[problem] = self.found.get(problem, 0) + 1

    def __bool__(self) -> bool:
        return bool(self.found)


@dataclass(slots=True)
class Scope:
    """The variables of one evaluation, named with their dollar, and the place to note problems."""

    variables: Mapping[str, Json]
    problems: Problems = field(default_factory=Problems)

    def bind(self, name: str, value: Json) -> "Scope":
        """The same scope with one variable more."""
        return Scope({**self.variables, name: value}, self.problems)
