"""A client's operation: parsed, validated and normalised."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphql import DocumentNode, GraphQLOutputType, VariableDefinitionNode

from schemas.selection import Argument, Condition

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True, eq=False)
class OperationField:
    """A field that the client asks for, under `key`; `type` is the API schema's.

    `conditions` hold for the field as such: those of surrounding fragments are among them. A `masked` field is null,
    has no selections, and is asked of no graph; a `hidden` one is asked, and is not in the answer. Where there is a
    `rule`, hidden fields beside it decide which objects give it; fields of one object with equal rules go together.
    """

    key: str
    name: str
    parent_type: str
    type: GraphQLOutputType
    arguments: tuple[Argument, ...] = ()
    selections: tuple["OperationSelection", ...] = ()
    conditions: tuple[Condition, ...] = ()
    masked: bool = False
    hidden: bool = False
    rule: Hashable = None


@dataclass(frozen=True, slots=True, eq=False)
class OperationFragment:
    """Selections for objects of type `on`, which is narrower than the type around it."""

    on: str
    selections: tuple["OperationSelection", ...]


OperationSelection: TypeAlias = OperationField | OperationFragment


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation without fragment definitions, impossible type conditions and duplicate fields.

    Among `selections`, those of `__schema` and `__type` have no selections of their own: `introspection` is the
    document by which they are answered (None when the operation asks for neither).
    """

    kind: Literal["query", "mutation"]
    name: str | None
    root_type: str
    selections: tuple[OperationSelection, ...]
    variables: tuple[VariableDefinitionNode, ...] = ()
    introspection: DocumentNode | None = None
