"""Answer fetches from a plain GraphQL service, which gives its entities by lookups and not by `_entities`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import orjson

from connectors.errors import CallFailed
from connectors.graphql.connector import GraphQLConnector
from connectors.graphql.lookup_operations import KEY_ALIAS, AskedLookup, LookupOperation, LookupOperations
from connectors.graphql.read_answer import read_answer
from connectors.graphql.template import GraphQLTemplate
from connectors.protocol import Answer, AnswerError, CallRequest, Fetch, Json, PathKey
from schemas.lookup import Lookup


class LookupConnector:
    """Speaks GraphQL with one plain service, by a connector that knows how to reach it."""

    def __init__(self, service: GraphQLConnector, lookups: Sequence[Lookup]) -> None:
        self._service = service
        self._lookups = tuple(lookups)

    @property
    def seen_headers(self) -> frozenset[str]:
        """The client's headers that are passed on."""
        return self._service.seen_headers

    def prepare(self, fetch: Fetch) -> GraphQLTemplate | LookupOperations:
        """Lower a fetch; raises CannotPrepare when the lookups do not give it."""
        return LookupOperations(fetch, self._lookups) if fetch.is_entity_fetch else self._service.prepare(fetch)

    async def call(self, request: CallRequest) -> Answer:
        """Send the operations, all at once; what fails is an error in the answer."""
        template: GraphQLTemplate | LookupOperations = request.template
        if isinstance(template, GraphQLTemplate):
            return await self._service.call(request)
        operations = list(template.make(request.representations, request.variables))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(request, operation)) for operation in operations]
        found: list[Json] = [None] * len(request.representations)
        errors: list[AnswerError] = []
        for operation, task in zip(operations, tasks, strict=True):
            answer = task.result()
            errors.extend(answer.errors)
            for number, asked in enumerate(operation.fields):
                _place(asked, (answer.data or {}).get(f"_{number}"), request, found)
        failed = all(task.result().data is None for task in tasks)
        return Answer(None if failed else found, tuple(errors))

    async def close(self) -> None:
        """There is nothing to release: the service is not this connector's own."""

    async def _ask(self, request: CallRequest, operation: LookupOperation) -> Answer:
        """The answer to one operation; its errors' paths begin with the position of an entity, where there is one."""
        body = orjson.dumps({"query": operation.text, "variables": operation.variables})
        try:
            answer = read_answer(await self._service.post(request, body, is_query=True), None)
        except CallFailed as failure:
            error = AnswerError(failure.code, str(failure), detail=failure.detail, extensions=failure.extensions)
            return Answer(None, (replace(error, path=operation.fields[0].positions[:1]),))
        shown = self._service.shown(answer)
        errors = tuple(_at_entity(error, operation, request, answer.data) for error in shown.errors)
        return Answer(answer.data, errors)


def _place(asked: AskedLookup, value: Json, request: CallRequest, found: list[Json]) -> None:
    if not asked.lookup.many:
        found[asked.positions[0]] = value if isinstance(value, dict) else None
        return
    items = value if isinstance(value, list) else []
    by_key = {str(item.get(KEY_ALIAS)): item for item in reversed(items) if isinstance(item, dict)}
    field = asked.lookup.arguments[0].field
    for position in asked.positions:
        found[position] = by_key.get(str(request.representations[position][field]))
    for item in by_key.values():
        item.pop(KEY_ALIAS, None)


def _at_entity(error: AnswerError, operation: LookupOperation, request: CallRequest, data: Json) -> AnswerError:
    number = next((n for n in range(len(operation.fields)) if error.path and error.path[0] == f"_{n}"), None)
    if number is None:
        return replace(error, path=operation.fields[0].positions[:1])
    asked, below = operation.fields[number], error.path[1:]
    if not asked.lookup.many:
        return replace(error, path=(asked.positions[0], *below), of_entity=True)
    position = _position_of(asked, below, request, data[f"_{number}"] if data else None)
    return replace(error, path=(position, *below[1:]), of_entity=bool(below))


def _position_of(asked: AskedLookup, below: Sequence[PathKey], request: CallRequest, items: Json) -> int:
    """The entity to which an item of a list belongs: the one of its key, else the one at its place."""
    place = below[0] if below else 0
    item = items[place] if isinstance(items, list) and isinstance(place, int) and place < len(items) else None
    if isinstance(item, dict):
        field = asked.lookup.arguments[0].field
        for position in asked.positions:
            if str(request.representations[position][field]) == str(item.get(KEY_ALIAS)):
                return position
    return asked.positions[place if isinstance(place, int) and place < len(asked.positions) else 0]
