"""Hold data against field sets: what of a key or a requirement is there, and what it shows."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

Json = Any
Data = Mapping[str, Json]


def is_full_key(key: SelectionSetNode, representation: Data) -> bool:
    """Whether a representation brings a key that identifies an object: all of it, and no null at its top."""
    names = [node.name.value for node in key.selections if isinstance(node, FieldNode)]
    return is_covered(key, representation) and all(representation[name] is not None for name in names)


def is_covered(selections: SelectionSetNode, value: Json) -> bool:
    """Whether a representation brings all that a field set names."""
    if value is None:
        return True
    if isinstance(value, list):
        return all(is_covered(selections, item) for item in value)
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            applies = node.type_condition is None or value.get("__typename") == node.type_condition.name.value
            if applies and not is_covered(node.selection_set, value):
                return False
            continue
        assert isinstance(node, FieldNode)
        name = node.name.value
        if name not in value or (node.selection_set and not is_covered(node.selection_set, value[name])):
            return False
    return True


def shown_by(selections: SelectionSetNode, value: Json) -> Json:
    """What a value shows of a key."""
    if isinstance(value, list | tuple):
        return [shown_by(selections, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    shown = {}
    for node in selections.selections:
        assert isinstance(node, FieldNode)
        inner = value.get(node.name.value)
        shown[node.name.value] = shown_by(node.selection_set, inner) if node.selection_set else inner
    return shown
