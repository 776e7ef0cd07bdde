"""Forget what a mutation changed: the entities that it returns, and what is declared for its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import ValueNode, value_from_ast_untyped

from connectors.protocol import Answer, CallRequest, Fetch
from federation.extensions.caching.cache import Cache
from federation.extensions.caching.hints import root_type
from federation.extensions.caching.shown_entities import ShownEntities
from federation.extensions.caching.tags import entity_tags, own_tag, type_tag
from federation.layer import CallHandler
from schemas.selection import Field
from schemas.supergraph import Graph


@dataclass(frozen=True, slots=True)
class Changed:
    """What a mutation field is declared to change: entities of a type, all of it, or what has a tag.

    `key` maps fields of an entity's key to the arguments that say which one it is.
    """

    type: str = ""
    key: tuple[tuple[str, str], ...] = ()
    tag: str = ""

    def tags(self, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        """What is invalid; all of the type where an argument is missing."""
        if self.tag:
            return (own_tag(self.tag),)
        values = {field: arguments.get(argument) for field, argument in self.key}
        if not values or None in values.values():
            return (type_tag(self.type),)
        return entity_tags(self.type, values)


class Mutations:
    """Stands around the calls of one graph; `declared` is by coordinate (`Mutation.deleteUser`)."""

    def __init__(
        self,
        inner: CallHandler,
        cache: Cache,
        shown: ShownEntities,
        graph: Graph,
        declared: Mapping[str, Sequence[Changed]],
    ) -> None:
        self._inner = inner
        self._cache = cache
        self._shown = shown
        self._root = root_type(graph, "mutation")
        self._declared = declared

    async def call(self, request: CallRequest) -> Answer:
        """Make the call; when the answer is there, everybody has been told what it changed.

        What is declared is forgotten also where the call failed, or was cancelled: it may have changed it all the same.
        """
        fetch = request.fetches[0]
        tags: dict[str, None] = dict.fromkeys(self._declared_by(fetch, request.variables))
        try:
            answer = await self._inner(request)
        except BaseException:
            self._cache.background.start(partial(self._cache.invalidate, tags))
            raise
        for name, key in self._shown.find(answer.data, fetch.selections, self._root):
            tags.update(dict.fromkeys(entity_tags(name, key)))
        if tags:
            await self._cache.invalidate(tags)
        return answer

    def _declared_by(self, fetch: Fetch, variables: Mapping[str, Any]) -> list[str]:
        found: list[str] = []
        for item in fetch.selections:
            if isinstance(item, Field):
                arguments = {each.name: _value(each.value, variables) for each in item.arguments}
                for changed in self._declared.get(f"Mutation.{item.name}", ()):
                    found.extend(changed.tags(arguments))
        return found


def _value(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    return value_from_ast_untyped(node, dict(variables))
