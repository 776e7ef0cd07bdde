"""One subgraph as composition sees it: its schema in federation's words, under federation 2 rules."""

from dataclasses import dataclass

from federation.composition.reading.vocabulary import Vocabulary
from federation.composition.schema_model import Field, SchemaModel, TypeModel
from schemas.supergraph import TypeKind


@dataclass(frozen=True, slots=True)
class SubgraphSchema:
    """What one subgraph defines. `schema` no longer has federation's own definitions in it."""

    name: str
    url: str
    schema: SchemaModel
    vocabulary: Vocabulary

    @property
    def is_federation_2(self) -> bool:
        """Whether the document says that it follows federation 2."""
        return self.vocabulary.version is not None

    def type(self, name: str) -> TypeModel | None:
        """The subgraph's definition of a type."""
        return self.schema.types.get(name)

    def field(self, type_name: str, name: str) -> Field | None:
        """The subgraph's definition of a field."""
        found = self.schema.types.get(type_name)
        return found.fields.get(name) if found else None

    def is_root(self, type_name: str) -> bool:
        """Whether operations start at the type."""
        return type_name in self.schema.roots.values()

    def is_interface_object(self, type_name: str) -> bool:
        """Whether the type is an object here that stands for an interface elsewhere."""
        found = self.schema.types.get(type_name)
        return found is not None and found.kind is TypeKind.OBJECT and found.has("interfaceObject")
