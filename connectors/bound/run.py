"""Answer a lowered fetch: make its calls, as many at once as is fair to a service, and put the answers together."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from connectors.batching import Entity
from connectors.bound.failures import Failure, answer_errors
from connectors.bound.gathering import Gathering, PutEntities, PutFields
from connectors.bound.lower import Asked, BatchForm, BoundFetch, Level
from connectors.errors import BadAnswer, CallFailed
from connectors.mapping.deviations import Deviations
from connectors.mapping.scope import Scope
from connectors.protocol import Answer, CallRequest, Json, PathKey

MOST_AT_ONCE = 32


class Send(Protocol):
    """Makes one call and gives its raw answer, in the form that fetches are lowered for (None where there is none).

    `variables` are those of the mapping language, named with their dollar. Raises CallFailed.
    """

    async def __call__(self, variables: Mapping[str, Json], asked: Asked) -> Json:
        """Make the call."""
        ...


@dataclass(frozen=True, slots=True)
class _Call:
    """One call to make; `accept` puts its raw answer in place. `path` is where that place begins."""

    asked: Asked
    variables: Mapping[str, Json]
    path: tuple[PathKey, ...]
    accept: Callable[[Json, Scope], None]


async def run(fetch: BoundFetch, request: CallRequest, send: Send, shared: Mapping[str, Json]) -> Answer:
    """The answer to a fetch. A failing call is an error in it, never an exception.

    `shared` are variables of the mapping language beside `$args`, `$this` and `$batch`.
    """
    gathering = Gathering(_empty(fetch, request, shared))
    calls = tuple(_CALLS[fetch.level](fetch, request, gathering))
    await _make_all(calls, 1 if fetch.serial else MOST_AT_ONCE, lambda call: _make(call, send, shared, gathering))
    data = gathering.data
    if gathering.failures and not gathering.succeeded:
        data = None
    errors = answer_errors(gathering.failures)
    if gathering.deviations:
        errors = (*errors, gathering.deviations.error(data))
    return Answer(data, errors)


async def _make_all(calls: Sequence[_Call], at_once: int, make: Callable[[_Call], Any]) -> None:
    if len(calls) == 1:
        await make(calls[0])
        return
    waiting = iter(calls)

    async def work() -> None:
        for call in waiting:
            await make(call)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_once, len(calls))):
            group.create_task(work())


async def _make(call: _Call, send: Send, shared: Mapping[str, Json], gathering: Gathering) -> None:
    variables = {**shared, **call.variables}
    try:
        raw = await send(variables, call.asked)
        call.accept(raw, Scope(variables, gathering.deviations.problems))
        gathering.succeeded += 1
    except CallFailed as error:
        gathering.failures.append(Failure(call.path, error))
    except RecursionError:
        gathering.failures.append(Failure(call.path, BadAnswer("the answer is nested too deeply")))


def _empty(fetch: BoundFetch, request: CallRequest, shared: Mapping[str, Json]) -> Json:
    """The answer before any call has been made."""
    match fetch.level:
        case Level.ROOT:
            return dict(fetch.constants)
        case Level.ENTITY:
            return [None] * len(request.representations)
        case Level.FIELD if fetch.echo is not None:
            scope, deviations = Scope(shared), Deviations()
            return [fetch.echo(item, scope, deviations) | fetch.constants for item in request.representations]
        case Level.FIELD:
            return [dict(fetch.constants) for _ in request.representations]


def _root_calls(fetch: BoundFetch, request: CallRequest, gathering: Gathering) -> Iterator[_Call]:
    for asked in fetch.asked:
        put = PutFields(asked, (gathering.data,), gathering)
        yield _Call(asked, {"$args": asked.arguments(request.variables)}, (asked.key,), partial(put.one, 0))


def _entity_calls(fetch: BoundFetch, request: CallRequest, gathering: Gathering) -> Iterator[_Call]:
    (asked,) = fetch.asked
    put = PutEntities(asked, request.representations, fetch.echo, gathering)
    yield from _calls_for(asked, request, {}, (), put)


def _field_calls(fetch: BoundFetch, request: CallRequest, gathering: Gathering) -> Iterator[_Call]:
    for asked in fetch.asked:
        put = PutFields(asked, gathering.data, gathering)
        yield from _calls_for(asked, request, {"$args": asked.arguments(request.variables)}, (asked.key,), put)


def _calls_for(
    asked: Asked,
    request: CallRequest,
    arguments: Mapping[str, Json],
    suffix: tuple[PathKey, ...],
    put: PutEntities | PutFields,
) -> Iterator[_Call]:
    """One call for each representation, or for each chunk of them."""
    if asked.batch is None:
        for position, representation in enumerate(request.representations):
            variables = {"$this": representation, "$args": _entity_arguments(asked, representation), **arguments}
            yield _Call(asked, variables, (position, *suffix), partial(put.one, position))
        return
    start = 0
    for chunk in asked.batch.batching.chunks(request.representations):
        accept = partial(_accept_chunk, asked.batch, start, chunk, put)
        yield _Call(asked, {"$batch": chunk, **arguments}, (start, *suffix), accept)
        start += len(chunk)


def _entity_arguments(asked: Asked, representation: Entity) -> Mapping[str, Json]:
    return {name: representation.get(name) for name in asked.entity_arguments}


def _accept_chunk(
    form: BatchForm,
    start: int,
    chunk: Sequence[Entity],
    put: PutEntities | PutFields,
    raw: Json,
    scope: Scope,
) -> None:
    if form.take is not None and raw is not None:
        try:
            put.shaped(start, form.take(raw, form.batching.wanted(chunk)), scope)
            return
        except form.form.unexpected:
            pass  # the careful way says what is wrong
    items = form.items.of(None if raw is None else form.form.to_json(raw), scope)
    put.many(start, form.batching.distribute(chunk, items, scope, put.gathering.deviations), scope)


_CALLS: Mapping[Level, Callable[[BoundFetch, CallRequest, Gathering], Iterator[_Call]]] = {
    Level.ROOT: _root_calls,
    Level.ENTITY: _entity_calls,
    Level.FIELD: _field_calls,
}
