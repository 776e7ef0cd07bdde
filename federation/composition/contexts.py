"""Contexts: values that a field takes as arguments from an object further up in the query."""

import re
from dataclasses import dataclass

from graphql import SelectionSetNode

from federation.composition.field_sets import parse_field_set
from federation.composition.schema_model import InputValue

REFERENCE = re.compile(r"\s*\$(?P<context>\w+)(?P<selection>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ContextUse:
    """What `@fromContext(field: "$user { id }")` says: the context `user`, and the selection as it was written."""

    context: str
    selection: str

    def parsed(self) -> SelectionSetNode:
        """The selection; raises GraphQLSyntaxError when it is none."""
        return parse_field_set(self.selection)


def context_use(argument: InputValue) -> ContextUse | None:
    """From which context the argument comes; None when it has no `@fromContext` that names one and selects from it."""
    for applied in argument.uses("fromContext"):
        text = applied.arguments.get("field")
        match = REFERENCE.fullmatch(text) if isinstance(text, str) else None
        if match is not None and match["selection"].strip():
            return ContextUse(match["context"], match["selection"])
    return None
