"""Name the variables that carry values from contexts, apart from all variables of the client."""

from collections.abc import Iterable, Sequence

from graphql import NameNode, VariableDefinitionNode, VariableNode

from schemas.selection import Argument
from schemas.supergraph import ContextArgument, GraphField


class ContextVariables:
    """The names for one operation."""

    def __init__(self, taken: Iterable[VariableDefinitionNode]) -> None:
        names = [item.variable.name.value for item in taken]
        self._prefix = "context"
        while any(name.startswith(self._prefix) for name in names):
            self._prefix = f"_{self._prefix}"

    def name(self, type_name: str, field: str, argument: ContextArgument) -> str:
        """The variable of one argument."""
        return f"{self._prefix}_{type_name}_{field}_{argument.name}"

    def arguments(self, type_name: str, field: GraphField) -> Sequence[Argument]:
        """What a fetch writes for the arguments that clients do not give."""
        return [
            Argument(item.name, VariableNode(name=NameNode(value=self.name(type_name, field.name, item))))
            for item in field.context_arguments
        ]
