"""A large graph to plan on: 50 subgraphs of 40 types each, entities that several of them give, references across all.

It is the same in every run, and composes without errors.
"""

from collections.abc import Iterator

from schemas.subgraph import Subgraph

SUBGRAPHS = 50
ENTITIES_PER_SUBGRAPH = 20
# How far away in the circle of subgraphs the two others are that give fields of an entity.
NEAR, FAR = 1, 13
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@external", '
    '"@shareable"])\n'
)
# Entities and value types go from one subgraph to the next; what each level asks is given by three of them.
DEPTH = 6


def large_graph(size: int = SUBGRAPHS) -> list[Subgraph]:
    """So many subgraphs, at least 35."""
    return [
        Subgraph(f"s{number:02}", LINK + "\n".join(_types(number, size)), f"http://s{number:02}")
        for number in range(size)
    ]


def wide_query() -> str:
    """A query that goes through many subgraphs, level by level."""
    selection = "name"
    for _ in range(DEPTH):
        selection = f"name count value {{ label size }} near far ref {{ {selection} }}"
    return f"{{ list00 {{ {selection} }} list17 {{ {selection} }} list34 {{ {selection} }} }}"


def _types(subgraph: int, size: int) -> Iterator[str]:
    yield "interface Node { id: ID! }"
    yield f"type Query {{ list{subgraph:02}: [E{subgraph * ENTITIES_PER_SUBGRAPH}!]! }}"
    for entity in _owned(subgraph):
        reference = (entity * 7 + 21) % (size * ENTITIES_PER_SUBGRAPH)
        yield (
            f'type E{entity} implements Node @key(fields: "id") {{ id: ID! name: String! @shareable count: Int '
            f"value: V{entity} ref: E{reference} }}"
        )
        yield f"type V{entity} {{ label: String! size: Int }}"
        if reference // ENTITIES_PER_SUBGRAPH != subgraph and not _extends(subgraph, reference, size):
            yield f'type E{reference} @key(fields: "id", resolvable: false) {{ id: ID! }}'
    for entity in _owned((subgraph - NEAR) % size):
        yield (
            f'type E{entity} @key(fields: "id") {{ id: ID! name: String! @shareable count: Int @external '
            f'near: Int @requires(fields: "count") }}'
        )
    for entity in _owned((subgraph - FAR) % size):
        yield f'type E{entity} @key(fields: "id") {{ id: ID! far: String }}'


def _owned(subgraph: int) -> range:
    return range(subgraph * ENTITIES_PER_SUBGRAPH, (subgraph + 1) * ENTITIES_PER_SUBGRAPH)


def _extends(subgraph: int, entity: int, size: int) -> bool:
    owner = entity // ENTITIES_PER_SUBGRAPH
    return subgraph in {(owner + NEAR) % size, (owner + FAR) % size}
