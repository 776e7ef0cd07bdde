"""Turn SDL definitions and extensions into the model, with directives in federation's words."""

from collections.abc import Iterable, Mapping

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from federation.composition.schema_model import (
    ROOT_NAMES,
    Applied,
    DirectiveModel,
    Element,
    Field,
    InputValue,
    SchemaModel,
    TypeModel,
)
from federation.composition.values import UNSET, read_value
from schemas.supergraph import TypeKind

KINDS: Mapping[type, TypeKind] = {
    ObjectTypeDefinitionNode: TypeKind.OBJECT,
    ObjectTypeExtensionNode: TypeKind.OBJECT,
    InterfaceTypeDefinitionNode: TypeKind.INTERFACE,
    InterfaceTypeExtensionNode: TypeKind.INTERFACE,
    UnionTypeDefinitionNode: TypeKind.UNION,
    UnionTypeExtensionNode: TypeKind.UNION,
    EnumTypeDefinitionNode: TypeKind.ENUM,
    EnumTypeExtensionNode: TypeKind.ENUM,
    InputObjectTypeDefinitionNode: TypeKind.INPUT,
    InputObjectTypeExtensionNode: TypeKind.INPUT,
    ScalarTypeDefinitionNode: TypeKind.SCALAR,
    ScalarTypeExtensionNode: TypeKind.SCALAR,
}


class DefinitionReader:
    """Reads one document; `words` maps local directive names to federation's words."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        self.schema = SchemaModel()

    def read(self, document: DocumentNode) -> SchemaModel:
        """The model of a whole document, whose root types have their default names unless it says otherwise."""
        has_schema_definition = False
        for definition in document.definitions:
            match definition:
                case SchemaDefinitionNode() | SchemaExtensionNode():
                    has_schema_definition = has_schema_definition or bool(definition.operation_types)
                    self._read_schema(definition)
                case DirectiveDefinitionNode():
                    self._read_directive(definition)
                case TypeDefinitionNode() | TypeExtensionNode():
                    self._read_type(definition)
                case _:
                    pass
        if not has_schema_definition:
            self.schema.roots.update({name: root for name, root in ROOT_NAMES.items() if root in self.schema.types})
        return self.schema

    def _read_schema(self, node: SchemaDefinitionNode | SchemaExtensionNode) -> None:
        if isinstance(node, SchemaDefinitionNode):
            self.schema.schema.description = _text(node.description)
        self.schema.schema.directives.extend(self._applied(node.directives))
        for item in node.operation_types or ():
            self.schema.roots[item.operation.value] = item.type.name.value

    def _read_directive(self, node: DirectiveDefinitionNode) -> None:
        self.schema.directives[node.name.value] = DirectiveModel(
            name=node.name.value,
            description=_text(node.description),
            arguments=self._inputs(node.arguments),
            locations=tuple(location.value for location in node.locations),
            repeatable=node.repeatable,
        )

    def _read_type(self, node: TypeDefinitionNode | TypeExtensionNode) -> None:
        name = node.name.value
        model = self.schema.types.get(name)
        if model is None:
            model = TypeModel(name=name, kind=KINDS[type(node)], is_defined=False)
            self.schema.types[name] = model
        if isinstance(node, TypeDefinitionNode):
            model.is_defined = True
            model.description = _text(node.description)
        else:
            model.extensions += 1
        declaration = model.extensions if isinstance(node, TypeExtensionNode) else 0
        model.directives.extend(self._applied(node.directives, declaration))
        self._read_body(node, model, declaration)

    def _read_body(self, node: TypeDefinitionNode | TypeExtensionNode, model: TypeModel, declaration: int) -> None:
        match node:
            case (
                ObjectTypeDefinitionNode()
                | ObjectTypeExtensionNode()
                | InterfaceTypeDefinitionNode()
                | InterfaceTypeExtensionNode()
            ):
                model.interfaces.extend(item.name.value for item in node.interfaces or ())
                for item in node.fields or ():
                    model.fields[item.name.value] = self._field(item, declaration)
            case InputObjectTypeDefinitionNode() | InputObjectTypeExtensionNode():
                model.inputs.update(self._inputs(node.fields))
            case UnionTypeDefinitionNode() | UnionTypeExtensionNode():
                model.members.extend(item.name.value for item in node.types or ())
            case EnumTypeDefinitionNode() | EnumTypeExtensionNode():
                for value in node.values or ():
                    model.values[value.name.value] = Element(
                        value.name.value, _text(value.description), self._applied(value.directives)
                    )
            case _:
                pass

    def _field(self, node: FieldDefinitionNode, declaration: int) -> Field:
        return Field(
            name=node.name.value,
            description=_text(node.description),
            directives=self._applied(node.directives),
            type=type_text(node.type),
            arguments=self._inputs(node.arguments),
            declaration=declaration,
        )

    def _inputs(self, nodes: Iterable[InputValueDefinitionNode] | None) -> dict[str, InputValue]:
        return {
            node.name.value: InputValue(
                name=node.name.value,
                description=_text(node.description),
                directives=self._applied(node.directives),
                type=type_text(node.type),
                default=UNSET if node.default_value is None else read_value(node.default_value),
            )
            for node in nodes or ()
        }

    def _applied(self, nodes: Iterable[ConstDirectiveNode] | None, declaration: int = 0) -> list[Applied]:
        return [
            Applied(
                name=node.name.value,
                word=self.words.get(node.name.value, ""),
                arguments={argument.name.value: read_value(argument.value) for argument in node.arguments or ()},
                declaration=declaration,
            )
            for node in nodes or ()
        ]


def type_text(node: TypeNode) -> str:
    """A reference to a type as SDL writes it."""
    match node:
        case NonNullTypeNode():
            return f"{type_text(node.type)}!"
        case ListTypeNode():
            return f"[{type_text(node.type)}]"
        case NamedTypeNode():
            return node.name.value
        case _:
            raise TypeError(f"{type(node).__name__} is not a reference to a type")


def _text(node: StringValueNode | None) -> str | None:
    return node.value if node is not None else None
