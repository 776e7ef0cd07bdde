"""Lookups: root fields by which a plain GraphQL service, which has no `_entities`, gives entities by their key."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import FieldDefinitionNode, InputValueDefinitionNode, ListTypeNode, NonNullTypeNode, TypeNode, print_ast

from schemas.connect_applications import Application, Applications
from schemas.problems import Problem, suggest
from schemas.read_literals import Literals


@dataclass(frozen=True, slots=True)
class LookupArgument:
    """An argument of a lookup: the key field that it takes, and its own type as in SDL."""

    name: str
    field: str
    type: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """One `@lookup`: a field of the query type that gives entities of `type_name` by their key.

    One that takes `many` has a single argument, a list of keys, and answers with a list in any order; entities that it
    does not know may be missing from it, or null.
    """

    subgraph: str
    field: str
    type_name: str
    arguments: tuple[LookupArgument, ...]
    many: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The key's fields."""
        return tuple(argument.field for argument in self.arguments)


def read_lookups(applications: Applications, problems: list[Problem]) -> Iterator[Lookup]:
    """The lookups among the applications; what is wrong with any goes to `problems`."""
    for application in applications.found:
        if application.word == "lookup":
            literals = Literals(applications.origin, f"@lookup on {application.coordinate or 'the schema'}", problems)
            before = len(problems)
            found = _read(application, applications, literals)
            if found is not None and len(problems) == before:
                yield found


def _read(application: Application, applications: Applications, literals: Literals) -> Lookup | None:
    literals.check_words(application.arguments, ("key",), {})
    owner, _, name = application.coordinate.partition(".")
    node = applications.types[owner].fields.get(name) if name and owner in applications.types else None
    if node is None or applications.roots.get(owner) != "query":
        literals.report(application.node, "it stands on a field of the query type")
        return None
    type_name, many = _named(node.type), _is_list(node.type)
    if type_name not in applications.types:
        literals.report(application.node, f"the field gives '{print_ast(node.type)}', which has no fields")
        return None
    arguments = node.arguments or ()
    written = literals.text(application.arguments, "key")
    key = written.split() if written else [argument.name.value for argument in arguments if _is_required(argument)]
    facts = applications.types[type_name]
    for field in key:
        if field not in facts.fields:
            hint = suggest(field, facts.fields) or ' Name the key: @lookup(key: "id").'
            literals.report(application.node, f"'{type_name}' has no field '{field}'.{hint}")
    taken = _pair(key, arguments, many=many)
    if taken is None or not key:
        literals.report(application.node, _how_to_pair(many=many))
        return None
    for argument in arguments:
        if _is_required(argument) and argument.name.value not in {item.name for item in taken}:
            literals.report(application.node, f"nothing fills the argument '{argument.name.value}', which is needed")
    _check_types(type_name, taken, facts.fields, literals, application)
    if not any(sorted(each.split()) == sorted(key) for each in facts.keys):
        literals.report(application.node, f"'{type_name}' needs @key(fields: \"{' '.join(key)}\")")
    return Lookup(application.subgraph, name, type_name, taken, many)


def _pair(
    key: Iterable[str], arguments: Iterable[InputValueDefinitionNode], *, many: bool
) -> tuple[LookupArgument, ...] | None:
    """Each field of the key with its argument: the one of its name, or the only one there is for the only field."""
    fields = tuple(key)
    by_name = {argument.name.value: argument for argument in arguments}
    if len(fields) == 1 and fields[0] not in by_name:
        fitting = [argument for argument in by_name.values() if _is_list(argument.type) == many]
        needed = [argument for argument in fitting if _is_required(argument)] or fitting
        return (_argument(needed[0], fields[0]),) if len(needed) == 1 else None
    if any(field not in by_name for field in fields) or (many and len(fields) > 1):
        return None
    return tuple(_argument(by_name[field], field) for field in fields)


def _how_to_pair(*, many: bool) -> str:
    if many:
        return "a field that gives a list takes one argument, a list of keys of one field"
    return "each field of the key needs an argument of its name (or, for a key of one field, the only argument)"


def _argument(node: InputValueDefinitionNode, field: str) -> LookupArgument:
    return LookupArgument(node.name.value, field, print_ast(node.type))


def _check_types(
    type_name: str,
    taken: Iterable[LookupArgument],
    fields: Mapping[str, FieldDefinitionNode],
    literals: Literals,
    application: Application,
) -> None:
    for argument in taken:
        field = fields.get(argument.field)
        written = argument.type.strip("[]!")
        if field is not None and _named(field.type) != written:
            literals.report(
                application.node,
                f"the argument '{argument.name}' is of type '{argument.type}', and '{type_name}.{argument.field}' of "
                f"type '{print_ast(field.type)}'",
            )


def _is_required(argument: InputValueDefinitionNode) -> bool:
    return isinstance(argument.type, NonNullTypeNode) and argument.default_value is None


def _is_list(node: TypeNode) -> bool:
    return isinstance(node.type if isinstance(node, NonNullTypeNode) else node, ListTypeNode)


def _named(node: TypeNode) -> str:
    return print_ast(node).strip("[]!")
