"""Selections of one fetch while they are put together."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from schemas.selection import Argument, Condition, Field, InlineFragment, Selection, print_arguments

TYPENAME_FIELD = Field("__typename")


@dataclass(slots=True)
class SelectedField:
    """A field that is asked for; `node` holds its selections, and is None for leaf types."""

    name: str
    arguments: tuple[Argument, ...]
    node: "SelectionNode | None" = None


@dataclass(slots=True)
class SelectionNode:
    """A selection set. Fields are kept by (source, conditions), fragments by type, both in the order of arrival."""

    typename: bool = False
    fields: dict[tuple[str, tuple[Condition, ...]], SelectedField] = field(default_factory=dict)
    fragments: dict[str, "SelectionNode"] = field(default_factory=dict)

    def add(
        self, source: str, name: str, arguments: tuple[Argument, ...], conditions: tuple[Condition, ...]
    ) -> SelectedField:
        """The field, made if it was not there."""
        return self.fields.setdefault((source, conditions), SelectedField(name, arguments))

    def below(
        self, source: str, name: str, arguments: tuple[Argument, ...], conditions: tuple[Condition, ...]
    ) -> "SelectionNode":
        """The selections of a field of composite type."""
        found = self.add(source, name, arguments, conditions)
        if found.node is None:
            found.node = SelectionNode()
        return found.node

    def fragment(self, on: str) -> "SelectionNode":
        """The selections for one type; whatever stands in it needs the type's name to be read."""
        self.typename = True
        return self.fragments.setdefault(on, SelectionNode())

    def absorb(self, other: "SelectionNode") -> None:
        """Take in all that stands in another."""
        self.typename = self.typename or other.typename
        for (source, conditions), theirs in other.fields.items():
            ours = self.add(source, theirs.name, theirs.arguments, conditions)
            if theirs.node is not None:
                ours.node = ours.node or SelectionNode()
                ours.node.absorb(theirs.node)
        for on, node in other.fragments.items():
            self.fragments.setdefault(on, SelectionNode()).absorb(node)

    def identity(self) -> Hashable:
        """Equal for nodes that ask the same, in whatever order."""
        fields = frozenset(
            (key, item.name, print_arguments(item.arguments), None if item.node is None else item.node.identity())
            for key, item in self.fields.items()
        )
        return self.typename, fields, frozenset((on, node.identity()) for on, node in self.fragments.items())

    def selections(self) -> tuple[Selection, ...]:
        """As the fetch holds them; `__typename` alone, when there is nothing else."""
        return tuple(self.written(frozenset())) or (TYPENAME_FIELD,)

    def written(self, around: frozenset[str]) -> Iterator[Selection]:
        """The same, but nothing where there is nothing, and without the leaves that stand `around` it already."""
        if self.typename:
            yield TYPENAME_FIELD
        for (source, conditions), item in self.fields.items():
            if item.node is None and (source in around or (conditions and (source, ()) in self.fields)):
                continue
            yield Field(
                name=item.name,
                alias=None if source == item.name else source,
                arguments=item.arguments,
                selections=() if item.node is None else item.node.selections(),
                conditions=conditions,
            )
        always = {source for (source, conditions), item in self.fields.items() if not conditions and item.node is None}
        for on, node in self.fragments.items():
            inner = tuple(node.written(around | always))
            if inner:
                yield InlineFragment(on, inner)
