"""Run one fetch of a plan: present what it is for, call the connector, put the answer where it belongs."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson

from connectors.protocol import UNANSWERED, Answer, AnswerError, CallContext, CallRequest, PathKey
from federation.execution.client_paths import client_path
from federation.execution.entities import Entity, EntityPaths, Presented
from federation.execution.failures import Failure, Failures
from federation.execution.gate import Gate
from federation.execution.gathered import FAILED, merge
from federation.execution.graph_connector import GraphConnector
from federation.execution.object_checks import ObjectChecks
from federation.execution.places import Places
from federation.execution.presenting import Presenting
from federation.planning.plan import AnswerSelection, FetchNode
from schemas.selection import Condition, Field, Selection

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """What one execution of a plan works on; the tasks of its request alone change it.

    `presented` is what each fetch for entities presented, by the fetch's id; `collected` what was collected for fetches
    that have not begun yet. `clock` is the loop's. `checks` decide about single objects, where anything does.
    """

    data: dict[str, Any]
    variables: Mapping[str, Any]
    context: CallContext
    failures: Failures
    clock: Callable[[], float]
    checks: ObjectChecks | None = None
    presented: dict[int, Presented] = field(default_factory=dict)
    collected: dict[int, Presented] = field(default_factory=dict)


class RunnableFetch:
    """A fetch with its connector; `answer` is the client's, in whose terms errors are told.

    `wanted` is what can be collected for it together with other fetches. Through the `gate` go the objects that give
    what it asks for.
    """

    def __init__(
        self,
        node: FetchNode,
        places: Places,
        graph: GraphConnector,
        answer: Sequence[AnswerSelection],
        gate: Gate | None = None,
    ) -> None:
        self.id = node.id
        self._fetches = (node.fetch,)
        self._graph = graph
        self._service = graph.service
        self._answer = answer
        self._template = graph.connector.prepare(node.fetch)
        self._presenting = Presenting(places, node.fetch) if node.fetch.representations else None
        self._gate = gate
        self.wanted = self._presenting.wanted if self._presenting is not None and gate is None else None
        self._paths = EntityPaths(places.paths)
        self._is_below = bool(places.paths)
        self._is_flat = not any(item.selections for item in _fields(node.fetch.selections))
        self._shares = places.may_share and (places.are_alike or self._is_flat)
        fields = [item for item in _fields(node.fetch.selections) if item.name != "__typename"]
        self._keys = tuple(dict.fromkeys(item.key for item in fields))
        # What an entity gets that the graph does not know: no key is missing in the answer.
        self._nothing = dict.fromkeys(self._keys)
        is_conditional = not node.tells_types and all(item.conditions for item in fields)
        self._occasions = tuple(item.conditions for item in fields) if is_conditional else ()

    async def run(self, run: Run) -> None:
        """Fetch; whatever fails is reported in the run's failures, and nothing is raised but cancellation."""
        if self._presenting is None:
            if self.is_wanted(run):
                await self._run_root(run)
        else:
            await self._run_entities(run)

    def is_wanted(self, run: Run) -> bool:
        """Whether the conditions of anything that it asks hold."""
        return not self._occasions or any(_hold(conditions, run.variables) for conditions in self._occasions)

    async def _run_root(self, run: Run) -> None:
        self._take_out_above(run)
        roots = self._paths.entities(run.data) if self._is_below else [run.data]
        if not roots:
            return
        answer = await self._call(run, (), ())
        for root in roots:
            if isinstance(answer.data, dict):
                # What stands at several places must not be one object: it may be completed by another step at one.
                merge(root, answer.data if self._shares and len(roots) == 1 else _apart(answer.data))
            else:
                self._give_up(root)
        for error in answer.errors:
            places = [where for _, where in self._paths.located(run.data)] if self._is_below else [()]
            for where in places if error.path else places[:1]:
                self._report(run, error, (*where, *(error.path or self._keys[:1])))

    async def _run_entities(self, run: Run) -> None:
        presented = self.present(run)
        if presented.representations:
            answer = await self._call(run, presented.representations, presented.context_values)
            self.take(run, presented, answer)

    def present(self, run: Run) -> Presented:
        """Present the entities, and give up those for which that cannot be done. Not for a fetch of the root."""
        assert self._presenting is not None
        if not self.is_wanted(run):
            return Presented([], [], [], [])
        self._take_out_above(run)
        presented = run.collected.pop(self.id, None) or self._presenting.present(run.data, run.presented)
        if self._gate is not None and run.checks is not None:
            presented = self._gate.keep(presented, run.checks)
        run.presented[self.id] = presented
        for entity in presented.left_out:
            self._give_up(entity)
        return presented

    def take(self, run: Run, presented: Presented, answer: Answer) -> None:
        """Put the answer where the entities stand, and report what failed."""
        answered = answer.data if isinstance(answer.data, list) else None
        if answered is None or len(answered) != len(presented.entities):
            for group in presented.entities:
                for entity in group:
                    self._give_up(entity)
        elif answer.errors:
            self._merge_answered(answered, presented.entities)
        else:
            self._merge(answered, presented.entities)
        for error in answer.errors:
            self._report_entity(run, presented.entities, error)

    def _merge_answered(self, answered: Sequence[Any], groups: Sequence[Sequence[Entity]]) -> None:
        """Merge what there is, and give up what could not be asked for."""
        pairs = list(zip(answered, groups, strict=True))
        for entity in [entity for answer, group in pairs if answer is UNANSWERED for entity in group]:
            self._give_up(entity)
        there = [pair for pair in pairs if pair[0] is not UNANSWERED]
        self._merge([answer for answer, _ in there], [group for _, group in there])

    def _merge(self, answered: Sequence[dict[str, Any] | None], groups: Sequence[Sequence[Entity]]) -> None:
        for answer, group in zip(answered, groups, strict=True):
            found = self._nothing if answer is None else answer
            if self._is_flat and None not in found.values():
                for entity in group:
                    entity.update(found)
            elif self._shares:
                for entity in group:
                    merge(entity, found)
            else:
                for entity in group:
                    merge(entity, _apart(found))

    def _call(
        self, run: Run, representations: Sequence[Mapping[str, Any]], context_values: Sequence[Mapping[str, Any]]
    ) -> Awaitable[Answer]:
        context = self._graph.context(run.context, run.clock())
        request = CallRequest(
            self._template, run.variables, representations, context, context_values, (), self._fetches
        )
        return self._graph.call(request)

    def _take_out_above(self, run: Run) -> None:
        if self._gate is not None and self._gate.above and run.checks is not None:
            run.checks.take_out(run.data, self._gate.above)

    def _give_up(self, entity: Entity) -> None:
        """Mark what the fetch would have brought, so that its nulls are not reported again."""
        for key in self._keys:
            if entity.get(key) is None:
                entity[key] = FAILED

    def _report_entity(self, run: Run, groups: Sequence[Sequence[Entity]], error: AnswerError) -> None:
        position = error.path[0] if error.path else 0
        known = isinstance(position, int) and position < len(groups)
        group = groups[position if known else 0]  # type: ignore[index]
        targets = {id(entity) for entity in group}
        below = error.path[1:] or self._keys[:1]
        places = (where for entity, where in self._paths.located(run.data) if id(entity) in targets)
        for where in places if error.of_entity else islice(places, 1):
            self._report(run, error, (*where, *below))

    def _report(self, run: Run, error: AnswerError, path: tuple[PathKey, ...]) -> None:
        if error.detail:
            log.warning("a call failed", extra={"service": self._service, "code": error.code, "detail": error.detail})
        extensions = {"service": self._service, **error.extensions}
        shown = client_path(self._answer, path)
        run.failures.add(Failure(error.code, error.message, shown, extensions))


def _apart(answer: dict[str, Any]) -> dict[str, Any]:
    """The same answer, with no object of it at two places."""
    try:
        made: dict[str, Any] = orjson.loads(orjson.dumps(answer))
    except TypeError:  # something in it was not brought
        return deepcopy(answer)
    return made


def _fields(selections: Sequence[Selection]) -> Iterator[Field]:
    for item in selections:
        if isinstance(item, Field):
            yield item
        else:
            yield from _fields(item.selections)


def _hold(conditions: tuple[Condition, ...], variables: Mapping[str, Any]) -> bool:
    return all(bool(variables.get(item.variable)) != item.negated for item in conditions)
