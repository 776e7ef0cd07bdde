"""A schema as composition works on it: plain definitions with their applied directives, in one subgraph or merged."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from federation.composition.values import UNSET, Unset, Value, Written
from schemas.supergraph import TypeKind

BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})
BUILT_IN_DIRECTIVES = frozenset({"skip", "include", "deprecated", "specifiedBy", "oneOf", "defer", "stream"})
ROOT_NAMES = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


@dataclass(frozen=True, slots=True)
class Applied:
    """One use of a directive.

    `name` is what the document calls it; `word` what federation calls it, or empty when federation does not know it:
    `@federation__key` and `@key` are both the word `key`. `declaration` counts where it stands: 0 is the type's
    definition, each further number one extension.
    """

    name: str
    word: str = ""
    arguments: dict[str, Value] = field(default_factory=dict)
    declaration: int = 0


@dataclass(slots=True)
class Element:
    """Anything that has a name, a description and directives."""

    name: str
    description: str | None = None
    directives: list[Applied] = field(default_factory=list)

    def uses(self, word: str) -> Iterator[Applied]:
        """Each use here of what federation calls `word`."""
        return (applied for applied in self.directives if applied.word == word)

    def has(self, word: str) -> bool:
        """Whether what federation calls `word` is used here."""
        return any(applied.word == word for applied in self.directives)


@dataclass(slots=True)
class InputValue(Element):
    """An argument or an input field; `type` is written as in SDL."""

    type: str = ""
    default: Written = UNSET

    @property
    def is_required(self) -> bool:
        """Whether a value must be given."""
        return self.type.endswith("!") and isinstance(self.default, Unset)


@dataclass(slots=True)
class Field(Element):
    """A field of an object or interface; `type` is written as in SDL, `declaration` counts as in Applied."""

    type: str = ""
    arguments: dict[str, InputValue] = field(default_factory=dict)
    declaration: int = 0


@dataclass(slots=True)
class TypeModel(Element):
    """A named type. What its kind does not have is empty.

    `is_defined` says that there is a `type A`, `extensions` how many `extend type A` there are.
    """

    kind: TypeKind = TypeKind.OBJECT
    interfaces: list[str] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, InputValue] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    values: dict[str, Element] = field(default_factory=dict)
    is_defined: bool = True
    extensions: int = 0

    @property
    def is_composite(self) -> bool:
        """Whether fields can be selected on it."""
        return self.kind in {TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION}


@dataclass(slots=True)
class DirectiveModel(Element):
    """The definition of a directive."""

    arguments: dict[str, InputValue] = field(default_factory=dict)
    locations: tuple[str, ...] = ()
    repeatable: bool = False


@dataclass(slots=True)
class SchemaModel:
    """Types and directives by name; `roots` gives the root types' names by operation."""

    types: dict[str, TypeModel] = field(default_factory=dict)
    directives: dict[str, DirectiveModel] = field(default_factory=dict)
    schema: Element = field(default_factory=lambda: Element("schema"))
    roots: dict[str, str] = field(default_factory=dict)

    def implementations(self, interface: str) -> Iterator[TypeModel]:
        """Every object and interface that says that it implements the interface."""
        return (found for found in self.types.values() if interface in found.interfaces)

    def is_kind_of(self, name: str, abstract: str) -> bool:
        """Whether the type implements, or is a member of, the abstract type."""
        found, wider = self.types.get(name), self.types.get(abstract)
        return (found is not None and abstract in found.interfaces) or (wider is not None and name in wider.members)
