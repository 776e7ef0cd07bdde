"""Tell the failures of one fetch's calls: each cause once, where it struck first."""

from collections.abc import Iterable
from dataclasses import dataclass

from connectors.errors import CallFailed
from connectors.protocol import AnswerError, PathKey


@dataclass(frozen=True, slots=True)
class Failure:
    """One call that failed, and the place in the answer that it would have filled."""

    path: tuple[PathKey, ...]
    error: CallFailed


def answer_errors(failures: Iterable[Failure]) -> tuple[AnswerError, ...]:
    """One error for each cause; `extensions.count` says how many calls failed by it, where more than one did."""
    causes: dict[tuple[str, str], list[Failure]] = {}
    for failure in sorted(failures, key=_place):
        causes.setdefault((failure.error.code, str(failure.error)), []).append(failure)
    return tuple(_error(alike) for alike in causes.values())


def _place(failure: Failure) -> tuple[tuple[int, str], ...]:
    return tuple((key, "") if isinstance(key, int) else (0, key) for key in failure.path)


def _error(alike: list[Failure]) -> AnswerError:
    first = alike[0]
    count = {"count": len(alike)} if len(alike) > 1 else {}
    return AnswerError(
        code=first.error.code,
        message=str(first.error),
        path=first.path,
        detail=first.error.detail,
        extensions={**first.error.extensions, **count},
    )
