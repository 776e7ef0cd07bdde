"""The query plan: how one operation is answered, as data."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from graphql import GraphQLOutputType

from connectors.protocol import Fetch
from schemas.selection import Condition


@dataclass(frozen=True, slots=True)
class Key:
    """Step into an object by one of its keys."""

    name: str


@dataclass(frozen=True, slots=True)
class Each:
    """Step into every item of a list (nested lists take one step each)."""


@dataclass(frozen=True, slots=True)
class OnTypes:
    """Go on only with objects whose `__typename` is one of these."""

    names: frozenset[str]


Step: TypeAlias = Key | Each | OnTypes
Path: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class FetchNode:
    """Ask one graph. `id` is unique within the plan; `reason` says why the fetch is there, for people.

    It `tells_types` where others need to know of its objects what they are, whatever else of it is wanted. By a `rule`
    it is for those of its objects that pass.
    """

    id: int
    fetch: Fetch
    reason: str = ""
    tells_types: bool = False
    rule: Hashable = None


@dataclass(frozen=True, slots=True)
class FlattenNode:
    """Fetch for the entities that stand at `paths` in the data gathered so far, and merge the answers into them.

    Where a field gives the root type there, the fetch presents no entities: its one answer goes into all of them.
    """

    paths: tuple[Path, ...]
    node: FetchNode


@dataclass(frozen=True, slots=True)
class TogetherNode:
    """Fetches for entities from one graph that go in one call, where its connector can do that; else all at once."""

    nodes: tuple[FlattenNode, ...]


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """One after the other: each needs what those before it brought."""

    nodes: tuple["PlanNode", ...]


@dataclass(frozen=True, slots=True)
class ParallelNode:
    """All at once: none needs another."""

    nodes: tuple["PlanNode", ...]


@dataclass(frozen=True, slots=True)
class ConditionNode:
    """Run `node` only when the condition holds."""

    condition: Condition
    node: "PlanNode"


PlanNode: TypeAlias = FetchNode | FlattenNode | TogetherNode | SequenceNode | ParallelNode | ConditionNode


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One field of the client's answer.

    `key` is how the client named it; `source` is where the fetches leave its value (they differ only where an internal
    alias was needed). `type` is the API schema's, with its nullability. `parent_type` and `name` are its coordinate.
    The value of a `masked` field is null, whatever its type says; a `hidden` field is fetched, and not shown.
    """

    key: str
    source: str
    name: str
    parent_type: str
    type: GraphQLOutputType
    selections: tuple["AnswerSelection", ...] = ()
    conditions: tuple[Condition, ...] = ()
    masked: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFragment:
    """Fields of the answer that only objects of `possible_types` have."""

    possible_types: frozenset[str]
    selections: tuple["AnswerSelection", ...]
    conditions: tuple[Condition, ...] = ()


AnswerSelection: TypeAlias = AnswerField | AnswerFragment


@dataclass(frozen=True, slots=True)
class Plan:
    """How one operation is answered: what to fetch (`root` is None when nothing is), and the shape of the answer.

    In `answer`, fields come in the order in which the client wrote them, and fields that merge (same key, same types,
    same conditions) are merged already.
    """

    kind: str
    root: PlanNode | None
    answer: tuple[AnswerSelection, ...]


def placed_fetches(plan: Plan) -> Iterator[tuple[FetchNode, tuple[Path, ...]]]:
    """All fetches of the plan, each with the paths of its entities (none for one of the root)."""
    waiting: list[PlanNode | None] = [plan.root]
    while waiting:
        match waiting.pop():
            case FetchNode() as node:
                yield node, ()
            case FlattenNode(paths, node):
                yield node, paths
            case SequenceNode(nodes) | ParallelNode(nodes) | TogetherNode(nodes):
                waiting.extend(nodes)
            case ConditionNode(_, inner):
                waiting.append(inner)
