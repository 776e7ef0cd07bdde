"""What came of an action: whom it reached, and how that is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from federation.admin.workforce import Heard

PARTLY_DONE = "PARTLY_DONE"


@dataclass(frozen=True, slots=True)
class Deed:
    """An action on a target, with what held before and after, where that is known, and what the workers said.

    `status` and `code` are those of an action that failed on all, `found` are problems that they found.
    """

    action: str
    target: Mapping[str, Any]
    heard: Sequence[Heard]
    before: Any = None
    after: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    code: str = ""
    found: Sequence[str] = ()

    @property
    def missing(self) -> list[dict[str, Any]]:
        """The workers of which it is not known that they did it."""
        return missing(self.heard)

    @property
    def problems(self) -> list[str]:
        """What workers found wrong, each once."""
        told = [*self.found, *(each.answer.get("problem") for each in self.heard if each.answer is not None)]
        return list(dict.fromkeys(problem for problem in told if problem))

    @property
    def result(self) -> str:
        """One word for the audit line."""
        if self.code:
            return self.code
        return PARTLY_DONE if self.missing or self.problems else "done"

    def answer(self) -> tuple[int, dict[str, Any]]:
        """The status and the body. Where not all is well, the status says so too: scripts look at nothing else."""
        body: dict[str, Any] = {"action": self.action, "target": dict(self.target)}
        if self.before is not None or self.after is not None:
            body |= {"before": self.before, "after": self.after}
        done = [each.number for each in self.heard if each.answer is not None]
        body |= {"workers": {"done": done, "missing": self.missing}, **self.more}
        if self.problems:
            body["problems"] = self.problems
        if self.code:
            return self.status, {"error": {"code": self.code, "message": _REFUSED}, **body}
        if self.result == PARTLY_DONE:
            return 503, {"error": {"code": PARTLY_DONE, "message": _PARTLY}, **body}
        return 200, body


_REFUSED = "nothing was changed; 'problems' says what has to be mended"
_PARTLY = (
    "not everybody was reached: 'workers.missing' and 'problems' say who. A worker that is replaced, or turns again, "
    "heeds what was decided; say it once more to be sure"
)


def missing(heard: Sequence[Heard]) -> list[dict[str, Any]]:
    """The workers that did not answer, and why."""
    return [{"worker": each.number, "pid": each.pid, "problem": each.problem} for each in heard if each.answer is None]
