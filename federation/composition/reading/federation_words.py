"""The directives that federation defines, from which version on, and how they are defined."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

EVERYWHERE = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | "
    "INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
GUARDED = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
OLDEST, NEWEST = (2, 0), (2, 13)


@dataclass(frozen=True, slots=True)
class Word:
    """One directive: `arguments` and `locations` as SDL, with `FieldSet` and such as the specification names them.

    `specification` is the specification under which the directive goes into a supergraph, where it does.
    """

    arguments: str = ""
    locations: str = ""
    repeatable: bool = False
    since: tuple[int, int] = OLDEST
    specification: str = ""

    def definition(self, name: str, rename: Mapping[str, str], version: tuple[int, int]) -> str:
        """The definition as SDL under a name of the document's choice; `rename` gives its names of types."""
        written = self.arguments
        for word, local in rename.items():
            written = written.replace(word, local)
        if version < (2, 7):
            written = written.replace(", label: String", "")
        repeatable = "repeatable " if self.is_repeatable(version) else ""
        return f"directive @{name}{f'({written})' if written else ''} {repeatable}on {self.places(version)}"

    def is_repeatable(self, version: tuple[int, int]) -> bool:
        """`@shareable` may be repeated since 2.2 only."""
        return self.repeatable and not (self is WORDS["shareable"] and version < (2, 2))

    def places(self, version: tuple[int, int]) -> str:
        """`@tag` may stand on a schema since 2.3 only."""
        return f"{self.locations} | SCHEMA" if self is WORDS["tag"] and version >= (2, 3) else self.locations


WORDS: Mapping[str, Word] = MappingProxyType(
    {
        "key": Word("fields: FieldSet!, resolvable: Boolean = true", "OBJECT | INTERFACE", repeatable=True),
        "requires": Word("fields: FieldSet!", "FIELD_DEFINITION"),
        "provides": Word("fields: FieldSet!", "FIELD_DEFINITION"),
        "external": Word("reason: String", "OBJECT | FIELD_DEFINITION"),
        "extends": Word("", "OBJECT | INTERFACE"),
        "tag": Word("name: String!", EVERYWHERE, repeatable=True, specification="tag"),
        "shareable": Word("", "OBJECT | FIELD_DEFINITION", repeatable=True),
        "inaccessible": Word("", EVERYWHERE, specification="inaccessible"),
        "override": Word("from: String!, label: String", "FIELD_DEFINITION"),
        "composeDirective": Word("name: String", "SCHEMA", repeatable=True, since=(2, 1)),
        "interfaceObject": Word("", "OBJECT", since=(2, 3)),
        "authenticated": Word("", GUARDED, since=(2, 5), specification="authenticated"),
        "requiresScopes": Word("scopes: [[Scope!]!]!", GUARDED, since=(2, 5), specification="requiresScopes"),
        "policy": Word("policies: [[Policy!]!]!", GUARDED, since=(2, 6), specification="policy"),
        "context": Word(
            "name: String!", "INTERFACE | OBJECT | UNION", repeatable=True, since=(2, 8), specification="context"
        ),
        "fromContext": Word("field: ContextFieldValue", "ARGUMENT_DEFINITION", since=(2, 8)),
        "cost": Word(
            "weight: Int!",
            "ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
            since=(2, 9),
            specification="cost",
        ),
        "listSize": Word(
            "assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
            "requireOneSlicingArgument: Boolean = true",
            "FIELD_DEFINITION",
            since=(2, 9),
            specification="cost",
        ),
        "cacheTag": Word("format: String!", "OBJECT | FIELD_DEFINITION", repeatable=True, since=(2, 12)),
    }
)

# Federation 1 knew no @link; these names mean federation's directives wherever they stand.
FIRST_WORDS = ("key", "requires", "provides", "external", "extends", "tag")
# A federation 1 document that defines one of these itself means federation 2's, since it is read under those rules.
ADOPTED_WORDS = ("shareable", "inaccessible", "override", "composeDirective", "interfaceObject")

TYPES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"FieldSet": OLDEST, "Scope": (2, 5), "Policy": (2, 6), "ContextFieldValue": (2, 8)}
)

# Specifications that may be linked beside federation itself, and whose directives mean the same.
STANDALONE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "https://specs.apollo.dev/tag": ("tag",),
        "https://specs.apollo.dev/inaccessible": ("inaccessible",),
        "https://specs.apollo.dev/authenticated": ("authenticated",),
        "https://specs.apollo.dev/requiresScopes": ("requiresScopes",),
        "https://specs.apollo.dev/policy": ("policy",),
        "https://specs.apollo.dev/cost": ("cost", "listSize"),
    }
)
