"""Read the literals of one directive application, noting every problem instead of stopping at the first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    IntValueNode,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

from schemas.problems import Problem, problem_at, suggest


@dataclass(slots=True)
class Literals:
    """Reads values by name and kind; `where` opens each message (`@connect on User.orders`).

    `refused` maps words that are understood but cannot be used here to the reason.
    """

    origin: str
    where: str
    problems: list[Problem] = field(default_factory=list)

    def report(self, node: Node | None, message: str) -> None:
        """Note a problem at the place of `node`."""
        self.problems.append(problem_at(node, f"{self.where}: {message}", self.origin))

    def check_words(
        self, values: Mapping[str, ValueNode], known: Iterable[str], refused: Mapping[str, str], inside: str = ""
    ) -> None:
        """Note every word of `values` that is not in `known`."""
        place = f" in '{inside}'" if inside else ""
        for word, node in values.items():
            if word in refused:
                self.report(node, f"'{word}'{place} {refused[word]}")
            elif word not in known:
                words = sorted(known)
                self.report(
                    node, f"'{word}'{place} is not known.{suggest(word, words) or ' Known: ' + ', '.join(words)}"
                )

    def text(self, values: Mapping[str, ValueNode], word: str) -> str | None:
        """The string under `word`, if there is one."""
        node = values.get(word)
        if node is None or isinstance(node, NullValueNode):
            return None
        if isinstance(node, StringValueNode):
            return node.value
        self.report(node, f"'{word}' has to be a string")
        return None

    def flag(self, values: Mapping[str, ValueNode], word: str) -> bool:
        """The boolean under `word`; false without one."""
        node = values.get(word)
        if isinstance(node, BooleanValueNode):
            return node.value
        if node is not None and not isinstance(node, NullValueNode):
            self.report(node, f"'{word}' has to be true or false")
        return False

    def count(self, values: Mapping[str, ValueNode], word: str) -> int | None:
        """The positive integer under `word`, if there is one."""
        node = values.get(word)
        if node is None or isinstance(node, NullValueNode):
            return None
        if isinstance(node, IntValueNode) and int(node.value) > 0:
            return int(node.value)
        self.report(node, f"'{word}' has to be a whole number above 0")
        return None

    def members(self, values: Mapping[str, ValueNode], word: str) -> Mapping[str, ValueNode] | None:
        """The members of the object under `word`, if there is one."""
        node = values.get(word)
        if node is None or isinstance(node, NullValueNode):
            return None
        if isinstance(node, ObjectValueNode):
            return {item.name.value: item.value for item in node.fields}
        self.report(node, f"'{word}' has to be an object, as in {word}: {{ ... }}")
        return None

    def items(self, values: Mapping[str, ValueNode], word: str) -> tuple[ValueNode, ...]:
        """The items of the list under `word`; a single value counts as a list of one, as everywhere in GraphQL."""
        node = values.get(word)
        if node is None or isinstance(node, NullValueNode):
            return ()
        return tuple(node.values) if isinstance(node, ListValueNode) else (node,)
