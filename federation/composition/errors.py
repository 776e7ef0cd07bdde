"""What composition finds: errors, which stop it, and hints, which do not."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompositionError:
    """One reason why subgraphs do not compose.

    `code` is one of federation's published error codes; `message` names subgraphs and coordinates, and says what to
    change.
    """

    code: str
    message: str

    def __str__(self) -> str:
        """`CODE: message`."""
        return f"{self.code}: {self.message}"


def in_subgraph(name: str, errors: Iterable[CompositionError]) -> tuple[CompositionError, ...]:
    """The errors, each saying in which subgraph it was found."""
    return tuple(CompositionError(error.code, f"[{name}] {error.message}") for error in errors)


def listed(names: Iterable[str]) -> str:
    """Names quoted and joined as in a sentence: `"a"`, `"a" and "b"`, `"a", "b" and "c"`."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def in_subgraphs(names: Iterable[str]) -> str:
    """`subgraph "a"`, or `subgraphs "a" and "b"`."""
    known = list(names)
    return f"{'subgraph' if len(known) == 1 else 'subgraphs'} {listed(known)}"
