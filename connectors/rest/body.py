"""Build the JSON body of a call."""

from collections.abc import Callable
from typing import TypeAlias

import orjson

from connectors.errors import NotSendable
from connectors.mapping.missing import MISSING
from connectors.mapping.parse import parse_selection
from connectors.mapping.readers import reader
from connectors.mapping.scope import Scope

BuildBody: TypeAlias = Callable[[Scope], bytes | None]
"""Variables to a body; None where the mapping has no value. Raises NotSendable."""


def body_builder(mapping: str) -> BuildBody:
    """A callable for a body in the mapping language; raises MappingInvalid when it cannot be read."""
    read = reader(parse_selection(mapping))

    def build(scope: Scope) -> bytes | None:
        value = read({}, scope)
        if value is MISSING:
            return None
        try:
            return orjson.dumps(value)
        except TypeError as error:
            message = "the body cannot be written as JSON: a number is out of range, or a text is not Unicode"
            raise NotSendable(message, detail=str(error)) from error

    return build
