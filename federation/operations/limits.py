"""How large an operation may be, checked before anything expensive is done with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode

from federation.operations.errors import OperationTooLarge
from federation.operations.operation import INTROSPECTION_FIELDS

# References to types nest (`ofType { ofType { ... } }`): the usual tools ask so much deeper for a schema than for data.
DEEPER_FOR_INTROSPECTION = 8


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """Tokens of the text; depth of fields; fields, aliases, root fields, directives; characters of a string in it.

    What a fragment has is counted wherever it is spread. A field that stands twice in one selection set counts as an
    alias, since it costs as much to check; so no object may be asked for under one key more often than that, by
    whatever fragments. Texts of at most `harmless_length` characters are not looked over before they are parsed.
    """

    max_tokens: int = 15_000
    max_depth: int = 60
    max_fields: int = 10_000
    max_aliases: int = 10_000
    max_root_fields: int = 10_000
    max_directives: int = 10_000
    max_literal: int = 1_000_000
    harmless_length: int = 256


@dataclass(slots=True)
class _Size:
    fields: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    objects: Counter[str] = field(default_factory=Counter)


def check_size(
    root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], limits: OperationLimits
) -> None:
    """Raises OperationTooLarge. Fragments that are not defined count nothing, and those that form cycles count once."""
    size = _Measuring(fragments, limits.max_aliases).of(root)
    if size.depth > limits.max_depth:
        raise OperationTooLarge(f"the operation is {size.depth} fields deep; at most {limits.max_depth} are allowed")
    for found, most, what in (
        (size.fields, limits.max_fields, "fields"),
        (size.aliases, limits.max_aliases, "aliases"),
        (size.directives, limits.max_directives, "directives"),
        (size.root_fields, limits.max_root_fields, "root fields"),
    ):
        if found > most:
            raise OperationTooLarge(f"the operation has {found} {what}; at most {most} are allowed")


class _Measuring:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], most_repeats: int) -> None:
        self._fragments = fragments
        self._most_repeats = most_repeats
        self._measured: dict[str, _Size] = {}

    def of(self, selections: SelectionSetNode) -> _Size:
        """The size of a selection set; its own fields are `root_fields`, those of objects among them `objects`."""
        size = _Size()
        keys: set[str] = set()
        for node in selections.selections:
            size.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                inner = self._of_field(node, key, is_alias=node.alias is not None or key in keys)
                keys.add(key)
            elif isinstance(node, FragmentSpreadNode):
                inner = self._of_fragment(node.name.value)
            else:
                inner = self.of(node.selection_set)  # type: ignore[attr-defined]
            size.fields += inner.fields
            size.depth = max(size.depth, inner.depth)
            size.aliases += inner.aliases
            size.directives += inner.directives
            size.root_fields += inner.root_fields
            size.objects.update(inner.objects)
        for key, times in size.objects.items():
            # What merges is compared each with each when it is validated.
            if times > max(self._most_repeats, 1):
                most = self._most_repeats
                raise OperationTooLarge(
                    f"the operation asks {times} times for '{key}' in one place; {most} are allowed"
                )
        return size

    def _of_field(self, node: FieldNode, key: str, *, is_alias: bool) -> _Size:
        inner = self.of(node.selection_set) if node.selection_set else _Size()
        objects = Counter([key]) if node.selection_set else Counter[str]()
        depth = inner.depth + 1
        if node.name.value in INTROSPECTION_FIELDS:
            depth = max(1, depth - DEEPER_FOR_INTROSPECTION)
        return _Size(inner.fields + 1, depth, inner.aliases + is_alias, inner.directives, 1, objects)

    def _of_fragment(self, name: str) -> _Size:
        if name not in self._measured:
            self._measured[name] = _Size()  # what leads back to itself, which validation refuses
            found = self._fragments.get(name)
            if found is not None:
                self._measured[name] = self.of(found.selection_set)
        return self._measured[name]
