"""What a module defines: its roots, entities and other types, as Strawberry knows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from strawberry.federation.schema_directives import Key
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition
from strawberry.types.union import StrawberryUnion

from schemas.authoring.connect import binding_of, entity_calls_of
from schemas.authoring.derive_mapping import bare_type
from schemas.authoring.policies import policies_of
from schemas.authoring.policy_directives import OURS

ROOTS = ("Query", "Mutation")


@dataclass(frozen=True, slots=True)
class Definitions:
    """The Strawberry definitions of a module, in the order in which they stand there.

    `objects` are interfaces and input types too; what a module imports counts as its own.
    """

    objects: tuple[StrawberryObjectDefinition, ...]
    enums: tuple[StrawberryEnumDefinition, ...]

    def root(self, name: str) -> type | None:
        """The class of the root type `name`."""
        return next((item.origin for item in self.objects if item.name == name), None)

    @property
    def entities(self) -> tuple[type, ...]:
        """The classes under `@key`."""
        return tuple(item.origin for item in self.objects if is_entity(item))

    @property
    def is_bound(self) -> bool:
        """Whether any call to a service gives anything of it."""
        fields = (field for item in self.objects for field in item.fields)
        return any(binding_of(field) for field in fields) or any(entity_calls_of(item.origin) for item in self.objects)

    @property
    def has_policies(self) -> bool:
        """Whether any of it has a policy that our own directives write."""
        fields = (field for item in self.objects for field in item.fields)
        declared = (policy.directive for field in fields for policy in policies_of(field))
        on_types = (directive for item in self.objects for directive in item.directives or ())
        return any(isinstance(each, OURS) for each in (*declared, *on_types))


def definitions_of(module: ModuleType) -> Definitions:
    """What the module defines or imports, and the types that fields and arguments of those have."""
    found: dict[int, object] = {}
    waiting = list(vars(module).values())
    while waiting:
        definition = getattr(waiting.pop(0), "__strawberry_definition__", None)
        if definition is None or id(definition) in found:
            continue
        found[id(definition)] = definition
        if isinstance(definition, StrawberryObjectDefinition):
            waiting.extend(_mentioned(definition))
    return Definitions(
        tuple(item for item in found.values() if isinstance(item, StrawberryObjectDefinition)),
        tuple(item for item in found.values() if isinstance(item, StrawberryEnumDefinition)),
    )


def is_entity(definition: StrawberryObjectDefinition) -> bool:
    """Whether the type stands under `@key`."""
    return any(isinstance(item, Key) for item in definition.directives or ())


def is_local(field: StrawberryField) -> bool:
    """Whether a Python resolver of the team gives this field."""
    return field.base_resolver is not None and binding_of(field) is None


def scalars_of(module: ModuleType) -> Mapping[object, ScalarDefinition]:
    """The module's own scalars: its `SCALARS`, a mapping of Python types to Strawberry scalars."""
    scalars = getattr(module, "SCALARS", {})
    return scalars if isinstance(scalars, Mapping) else {}


def _mentioned(definition: StrawberryObjectDefinition) -> Iterator[object]:
    """The types that a type's own fields lead to, and its interfaces."""
    yield from (interface.origin for interface in definition.interfaces)
    for field in definition.fields:
        for type_ in (field.type, *(argument.type for argument in field.arguments)):
            bare = bare_type(type_)
            yield from bare.types if isinstance(bare, StrawberryUnion) else (bare,)
