"""Answer equal requests of clients once that come while one of them is being answered."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import orjson

from connectors.protocol import CallContext

Answered = TypeVar("Answered")


@dataclass(slots=True)
class _UnderWay(Generic[Answered]):
    deadline: float
    waiting: list[asyncio.Future[Answered | None]] = field(default_factory=list)


class SharedAnswers(Generic[Answered]):
    """The answers that are being made; tasks of one event loop share them.

    Requests are equal where all is equal that can influence an answer: what is run, its variables, whose request it
    is, and its headers, of which only the `seen_headers` (lower-cased) matter; None means all. An answer in which
    something failed is given to nobody else: with more time, or at another endpoint, theirs may not fail.
    """

    def __init__(self, seen_headers: frozenset[str] | None) -> None:
        self._seen_headers = seen_headers
        self._under_way: dict[Hashable, _UnderWay[Answered]] = {}

    async def share(
        self,
        run: Hashable,
        variables: Mapping[str, Any],
        context: CallContext,
        make: Callable[[], Awaitable[tuple[Answered, bool]]],
    ) -> Answered:
        """What `make` gives, or gave an equal request; it says also whether the answer is whole.

        `run` stands for what is run.
        """
        try:
            key = self._key(run, variables, context)
        except orjson.JSONEncodeError:  # a value that has no JSON: nothing equals it
            return (await make())[0]
        under_way = self._under_way.get(key)
        if under_way is None:
            return await self._lead(key, context.deadline, make)
        if under_way.deadline <= context.deadline:  # else it might keep us waiting for longer than we may
            waiter: asyncio.Future[Answered | None] = asyncio.get_running_loop().create_future()
            under_way.waiting.append(waiter)
            shared = await waiter
            if shared is not None:
                return shared
        return (await make())[0]

    async def _lead(
        self, key: Hashable, deadline: float, make: Callable[[], Awaitable[tuple[Answered, bool]]]
    ) -> Answered:
        under_way = self._under_way[key] = _UnderWay(deadline)
        shared: Answered | None = None
        try:
            answer, is_whole = await make()
            if is_whole:
                shared = answer
            return answer
        finally:
            del self._under_way[key]
            for waiter in under_way.waiting:
                if not waiter.done():
                    waiter.set_result(shared)

    def _key(self, run: Hashable, variables: Mapping[str, Any], context: CallContext) -> Hashable:
        sent, seen = context.headers, self._seen_headers
        headers = tuple(sent.items() if seen is None else ((name, sent[name]) for name in seen if name in sent))
        return run, orjson.dumps(variables) if variables else b"", headers, context.identity_scope
