"""What one fetch asks, as the cache sees it: what tells it apart, whose its answer is, how long it holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from connectors.protocol import CallContext, Fetch
from federation.extensions.caching.hints import FetchHint, Hint, root_type
from federation.extensions.caching.keys import PUBLIC, KeySpace, private_to
from federation.extensions.caching.shown_entities import Keys, ShownEntities
from federation.extensions.caching.tags import own_tag, service_tag, type_tag
from schemas.selection import Condition, Field, InlineFragment, Selection, print_arguments
from schemas.supergraph import Graph


@dataclass(frozen=True, slots=True)
class Question:
    """One fetch. `digest` is equal for equal questions to graphs that are bound alike, in every process.

    `hint` is None where nothing declares how long the answer holds: then `reason` says so, and only the service can say
    it. `tags` are those that each of its entries has. Each entry of one that `shows_itself_alone` shows one entity, by
    the key by which it was asked for, and no other.
    """

    fetch: Fetch
    digest: bytes
    variables: tuple[str, ...]
    hint: Hint | None
    reason: str
    tags: tuple[str, ...]
    root: str
    shows_itself_alone: bool

    def space(self, context: CallContext, variables: Mapping[str, Any], passed: tuple[str, ...]) -> KeySpace:
        """Where its entries lie for one request; `passed` names the client's headers that the service gets."""
        is_public = self.hint is not None and self.hint.is_public
        scope = PUBLIC if is_public else private_to(context.identity_scope)
        values = {name: variables[name] for name in self.variables if name in variables}
        headers = tuple((name, context.headers[name]) for name in passed if name in context.headers) if passed else ()
        return KeySpace(scope, self.digest, values, headers)

    def tags_of(self, shown: ShownEntities, value: Any, representation: Mapping[str, Any] | None) -> tuple[str, ...]:
        """The tags of one entry, by what it shows."""
        typename = self.root if representation is None else representation["__typename"]
        return shown.tags(value, self.fetch.selections, typename)


def ask(fetch: Fetch, graph: Graph, declared: FetchHint, service: str, keys: Keys) -> Question:
    """The question of a fetch to a graph."""
    tags = [service_tag(name) for name in dict.fromkeys((graph.subgraph, service))]
    tags += [type_tag(name) for name in declared.types]
    tags += [own_tag(name) for name in declared.tags]
    text = f"{_binding(graph)}\n{fetch.kind}\n{_printed(fetch.selections)}"
    conditions = _conditions(fetch.selections)
    named = (definition.variable.name.value for definition in fetch.variables)
    return Question(
        fetch=fetch,
        digest=blake2b(text.encode(), digest_size=20).digest(),
        variables=tuple(dict.fromkeys((*named, *(condition.variable for condition in conditions)))),
        hint=declared.hint,
        reason=declared.reason,
        tags=tuple(dict.fromkeys(tags)),
        root=root_type(graph, fetch.kind),
        shows_itself_alone=_shows_itself_alone(fetch, declared, keys),
    )


def _shows_itself_alone(fetch: Fetch, declared: FetchHint, keys: Keys) -> bool:
    fragments = {item.on for item in fetch.selections if isinstance(item, InlineFragment)}
    shown = [name for name in declared.types if name in keys]
    return (
        fetch.is_entity_fetch
        and len(shown) == 1
        and shown[0] in fragments
        and len(keys[shown[0]]) == 1
        and shown[0] not in declared.led_to
    )


def _binding(graph: Graph) -> str:
    """What changes when the same fields are got in another way."""
    return repr((graph.name, graph.subgraph, graph.url, graph.connect, graph.lookups))


def _printed(selections: Iterable[Selection]) -> str:
    return " ".join(map(_print, selections))


def _print(item: Selection) -> str:
    conditions = "".join(f"@{'skip' if each.negated else 'include'}({each.variable})" for each in item.conditions)
    inner = f"{{{_printed(item.selections)}}}" if item.selections else ""
    if isinstance(item, Field):
        return f"{item.key}:{item.name}({print_arguments(item.arguments)}){conditions}{inner}"
    return f"...on {item.on}{conditions}{inner}"


def _conditions(selections: Iterable[Selection]) -> Iterator[Condition]:
    for item in selections:
        yield from item.conditions
        yield from _conditions(item.selections)
