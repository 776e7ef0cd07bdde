"""Run several fetches for entities as one call to their graph."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from connectors.protocol import Answer, AnswerError, CallRequest, Fetch, TakesSeveral
from federation.execution.fetching import Run, RunnableFetch
from federation.execution.graph_connector import GraphConnector


class RunnableTogether:
    """Fetches from one graph whose connector takes several at once."""

    def __init__(
        self, fetches: Sequence[RunnableFetch], prepared: Sequence[Fetch], graph: GraphConnector, template: Any
    ) -> None:
        self._fetches = tuple(fetches)
        self._prepared = tuple(prepared)
        self._graph = graph
        self._template = template

    async def run(self, run: Run) -> None:
        """Fetch; whatever fails is reported in the run's failures, and nothing is raised but cancellation."""
        presented = [fetch.present(run) for fetch in self._fetches]
        counts = [len(item.representations) for item in presented]
        if not any(counts):
            return
        request = CallRequest(
            self._template,
            run.variables,
            [each for item in presented for each in item.representations],
            self._graph.context(run.context, run.clock()),
            counts=counts,
            fetches=self._prepared,
        )
        answer = await self._graph.call(request)
        for fetch, item, part in zip(self._fetches, presented, _parts(answer, counts), strict=True):
            if item.representations:
                fetch.take(run, item, part)


def together(
    fetches: Sequence[RunnableFetch], prepared: Sequence[Fetch], graph: GraphConnector
) -> Callable[[Run], Coroutine[Any, Any, None]] | None:
    """What runs the fetches in one call; None where the graph's connector cannot do that."""
    if not isinstance(graph.connector, TakesSeveral):
        return None
    return RunnableTogether(fetches, prepared, graph, graph.connector.prepare_together(prepared)).run


def _parts(answer: Answer, counts: Sequence[int]) -> list[Answer]:
    """What each fetch has of the answer. An error of the whole call goes to the first that asked for anything."""
    first = next(number for number, count in enumerate(counts) if count)
    data = answer.data if isinstance(answer.data, list) and len(answer.data) == sum(counts) else None
    parts: list[Answer] = []
    start = 0
    for number, count in enumerate(counts):
        errors = [_below(error, start) for error in answer.errors if _is_within(error, start, count)]
        if number == first:
            errors += [error for error in answer.errors if not error.path]
        parts.append(Answer(None if data is None else data[start : start + count], tuple(errors)))
        start += count
    return parts


def _is_within(error: AnswerError, start: int, count: int) -> bool:
    position = error.path[0] if error.path else None
    return isinstance(position, int) and start <= position < start + count


def _below(error: AnswerError, start: int) -> AnswerError:
    position = error.path[0]
    assert isinstance(position, int)
    return replace(error, path=(position - start, *error.path[1:]))
