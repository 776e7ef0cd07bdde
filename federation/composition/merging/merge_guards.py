"""Work out who may see an interface: whoever may see all objects that it can stand for.

`@authenticated`, `@requiresScopes` and `@policy` stand on objects and their fields. An operation that asks an interface
does not know which object will answer, so that the interface asks for everything that any of them asks for.
"""

from collections.abc import Iterable

from federation.composition.merging.argument_mergers import conjunction
from federation.composition.merging.draft import Draft
from federation.composition.schema_model import Applied, Element, TypeModel
from federation.composition.values import Value
from schemas.supergraph import TypeKind

GUARDS = {"authenticated": None, "requiresScopes": "scopes", "policy": "policies"}


def merge_guards(draft: Draft) -> None:
    """Give interfaces the guards of their implementations, these first those of interface objects."""
    interfaces = [type_ for type_ in draft.schema.types.values() if type_.kind is TypeKind.INTERFACE]
    objects = {
        interface.name: [
            type_ for type_ in draft.schema.implementations(interface.name) if type_.kind is TypeKind.OBJECT
        ]
        for interface in interfaces
    }
    for interface in interfaces:
        _hand_down(interface, objects[interface.name])
    for interface in interfaces:
        _guard_by_all(draft, interface, objects[interface.name])
        for field in interface.fields.values():
            fields = [type_.fields[field.name] for type_ in objects[interface.name] if field.name in type_.fields]
            _guard_by_all(draft, field, fields)


def _hand_down(interface: TypeModel, objects: Iterable[TypeModel]) -> None:
    """Only interface objects can have put guards on the fields of an interface."""
    for field in interface.fields.values():
        for type_ in objects:
            if field.name in type_.fields and any(field.has(word) for word in GUARDS):
                _set_guards(type_.fields[field.name], [type_.fields[field.name], field])


def _guard_by_all(draft: Draft, element: Element, guarded: Iterable[Element]) -> None:
    """Guard an element by everything that guards the others, where there are directives for that."""
    if any(word in draft.composed.words for word in GUARDS):
        _set_guards(element, [element, *guarded])


def _set_guards(element: Element, guarded: list[Element]) -> None:
    for word, argument in GUARDS.items():
        uses = [applied for other in guarded for applied in other.uses(word)]
        if not uses:
            continue
        arguments: dict[str, Value] = {}
        if argument is not None:
            arguments[argument] = conjunction([applied.arguments.get(argument) for applied in uses])
        element.directives = [applied for applied in element.directives if applied.word != word]
        element.directives.append(Applied(uses[0].name, word, arguments))
