"""Fill the holes of templates with text."""

from collections.abc import Callable
from typing import TypeAlias

from connectors.errors import NotSendable
from connectors.mapping.evaluate import evaluator
from connectors.mapping.methods.converting import scalar_text
from connectors.mapping.methods.method import kind
from connectors.mapping.missing import MISSING
from connectors.mapping.scope import Scope
from connectors.mapping.template import Hole

Fill: TypeAlias = Callable[[Scope], str]
"""Variables to a piece of text; raises NotSendable where a value does not fit into its place."""


def hole_filler(hole: Hole) -> Fill:
    """A callable for the text of a hole: empty where its value is null or missing, refused where it is no scalar."""
    evaluate = evaluator(hole.expression)

    def fill(scope: Scope) -> str:
        value = evaluate(None, None, scope)
        if value is None or value is MISSING:
            return ""
        text = scalar_text(value)
        if text is None:
            raise NotSendable(f"{{{hole.text}}} has to be a string, number or boolean, not {kind(value)}")
        return text

    return fill
