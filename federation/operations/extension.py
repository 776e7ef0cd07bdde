"""What decides about an operation before anything is fetched for it: the interface, for ours and a team's own."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from graphql import GraphQLSchema

from federation.errors import RequestError
from federation.identity import Identity
from federation.operations.mask import Mark
from federation.operations.needed_fields import Ways
from federation.operations.operation import Operation
from federation.operations.selected_fields import SelectedField
from federation.request import ClientRequest, RequestContext

Afterwards: TypeAlias = Callable[[Mapping[str, Any] | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Denial:
    """A field that this request does not get: it is null, and one error says why.

    `marks` say where it stands in the operation. A denial without marks masks nothing: it only reports.
    """

    marks: tuple[Mark, ...]
    code: str
    message: str
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObjectCheck:
    """A field that some objects give and others do not: what `passes` says of each decides.

    It gets what the object has at the `ways`. The field is null where it says no, and the denial is told once; or the
    whole operation is refused, where there is a `refusal`. It is for what no argument says: mostly who owns an object.

    Checks of one object that have an equal `rule` say the same. What has a rule is fetched for those objects alone that
    pass, wherever they are known before. `count` is called once for each object, with what `passes` gets.
    """

    mark: Mark
    ways: Ways
    passes: Callable[[Mapping[tuple[str, ...], Any]], bool]
    denial: Denial
    refusal: RequestError | None = None
    rule: Hashable = None
    count: Callable[[Mapping[tuple[str, ...], Any]], None] | None = None


@dataclass(slots=True)
class OperationRun:
    """One execution of an operation; `variables` are coerced.

    `masked` is what has been denied so far, `checks` what is to be decided for each object. What guards put into
    `afterwards` is called with the answer's data (None where it has none), before it is sent.
    """

    operation: Operation
    variables: Mapping[str, Any]
    request: ClientRequest
    context: RequestContext
    masked: set[Mark] = field(default_factory=set)
    afterwards: list[Afterwards] = field(default_factory=list)
    checks: list[ObjectCheck] = field(default_factory=list)

    def is_wanted(self, selected: SelectedField) -> bool:
        """Whether the field is asked for: its conditions hold, and neither it nor what is around it was denied."""
        variables = self.variables
        for condition in selected.conditions:
            if bool(variables.get(condition.variable)) == condition.negated:
                return False
        return not self.masked or self.masked.isdisjoint(selected.marks)


class SchemaView(Protocol):
    """Shows each caller the schema that they may see."""

    async def schema(self, identity: Identity, deadline: float | None = None) -> GraphQLSchema:
        """The schema for introspection. Raises RequestError when it is not made by the deadline (the loop's time)."""


class PreparedGuard(Protocol):
    """What is left to decide of one operation, request by request."""

    async def decide(self, run: OperationRun) -> Sequence[Denial]:
        """What is denied. Raises a RequestError to refuse the whole operation."""


class OperationExtension(Protocol):
    """Decides which fields of an operation a request gets."""

    def prepare(self, operation: Operation) -> PreparedGuard | None:
        """The guard of an operation, made once and kept with its plan; None when there is nothing to decide.

        Pure, and called in a thread of its own.
        """
