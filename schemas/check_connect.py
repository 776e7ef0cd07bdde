"""Hold one binding against the types it stands on: its variables, its key, its batch form."""

from collections.abc import Iterable
from dataclasses import replace

from graphql import (
    FieldDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeNode,
    ValueNode,
    print_ast,
    value_from_ast_untyped,
)

from schemas.connect import Connect, GrpcCall, Header, HttpCall
from schemas.connect_applications import Application, Applications, TypeFacts
from schemas.connect_links import INTERLACE_LINK, Dialect
from schemas.problems import suggest
from schemas.read_literals import Literals
from schemas.variable_references import VariableReference, references_in_mapping, references_in_template

VARIABLES = frozenset({"args", "this", "batch", "config", "context", "request", "env", "status", "response"})
UNSUPPORTED = VARIABLES - {"args", "this", "batch"}


def check_connect(connect: Connect, application: Application, applications: Applications, literals: Literals) -> None:
    """Report what the binding mentions that its place does not have."""
    owner, _, name = connect.coordinate.partition(".")
    facts = applications.types.get(owner, TypeFacts())
    field = facts.fields.get(name) if name else None
    place = _Place(owner, field, facts, applications)
    for word, node, references in _mentions(connect, application):
        for reference in references:
            message = place.objection(reference)
            if message:
                literals.report(node, f"{message} (in '{word}')")
    used = {reference.variable for reference in _all_references(connect)}
    if {"this", "batch"} <= used:
        literals.report(
            application.node, "$this and $batch cannot be used together: a call is for one entity or for many"
        )
    if name:
        _check_field(connect, application, place, literals)
    else:
        _check_type(connect, application, place, literals)


def connect_key(connect: Connect, applications: Applications) -> Connect:
    """The binding with what its templates imply: `key`, `batched`, `arguments` and `defaults`."""
    owner, _, name = connect.coordinate.partition(".")
    facts = applications.types.get(owner, TypeFacts())
    arguments = (facts.fields[name].arguments or ()) if name else ()
    references = _all_references(connect)
    paths = [reference.path for reference in references if reference.variable in {"this", "batch"} and reference.path]
    if connect.entity:
        paths = [(argument.name.value,) for argument in arguments]
    elif not paths and owner not in applications.roots:
        paths = [tuple(facts.keys[0].split())] if facts.keys and "{" not in facts.keys[0] else []
        paths = [(part,) for path in paths for part in path]
    return replace(
        connect,
        key=field_set(paths) or None,
        batched=any(reference.variable == "batch" for reference in references),
        arguments={argument.name.value: print_ast(argument.type) for argument in arguments},
        defaults={
            argument.name.value: value_from_ast_untyped(argument.default_value)
            for argument in arguments
            if argument.default_value is not None
        },
    )


def field_set(paths: Iterable[tuple[str, ...]]) -> str:
    """Paths as one field set: `("id",), ("address", "city")` give `id address { city }`."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        groups.setdefault(path[0], []).extend([path[1:]] if len(path) > 1 else [])
    return " ".join(f"{name} {{ {field_set(inner)} }}" if inner else name for name, inner in groups.items())


def named_type(node: TypeNode) -> str:
    """The name inside lists and non-nulls."""
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


class _Place:
    """Where a binding stands, and which variables make sense there."""

    def __init__(
        self, owner: str, field: FieldDefinitionNode | None, facts: TypeFacts, applications: Applications
    ) -> None:
        self.owner = owner
        self.field = field
        self.facts = facts
        self.types = applications.types
        self.is_root = owner in applications.roots

    def objection(self, reference: VariableReference) -> str | None:
        """Why `reference` makes no sense here; None when it does."""
        match reference.variable:
            case "args":
                return self._argument_objection(reference)
            case "this" | "batch":
                return self._member_objection(reference)
            case variable if variable in UNSUPPORTED:
                return f"${variable} is not supported by this gateway: use $args, $this or $batch"
            case variable:
                return f"${variable} is not a variable.{suggest(variable, VARIABLES - UNSUPPORTED)}"

    def _argument_objection(self, reference: VariableReference) -> str | None:
        if self.field is None:
            return f"{reference}: an entity has no arguments; use $this or $batch"
        arguments = {argument.name.value: argument for argument in self.field.arguments or ()}
        coordinate = f"{self.owner}.{self.field.name.value}"
        if not reference.path:
            return None if arguments else f"$args: {coordinate} has no arguments"
        argument = arguments.get(reference.path[0])
        if argument is None:
            name = reference.path[0]
            return f"{reference}: {coordinate} has no argument '{name}'.{suggest(name, arguments)}"
        owner = named_type(argument.type)
        for name in reference.path[1:]:
            inputs = self.types.get(owner, TypeFacts()).inputs
            if not inputs:
                return None  # a custom scalar may be an object; an enum or a built-in is caught when it is called
            if name not in inputs:
                return f"{reference}: the input {owner} has no field '{name}'.{suggest(name, inputs)}"
            owner = named_type(inputs[name].type)
        return None

    def _member_objection(self, reference: VariableReference) -> str | None:
        if self.is_root:
            return f"{reference}: {self.owner} is a root type and has no fields of its own; use $args"
        if reference.variable == "batch" and not self.facts.keys:
            return f"{reference}: {self.owner} has no @key, so nothing says which answer belongs to which entity"
        if not reference.path:
            return f"${reference.variable} alone says nothing: name a field, as in ${reference.variable}.id"
        owner, facts = self.owner, self.facts
        for name in reference.path:
            if name not in facts.fields:
                return f"{reference}: {owner} has no field '{name}'.{suggest(name, facts.fields)}"
            owner = named_type(facts.fields[name].type)
            facts = self.types.get(owner, TypeFacts())
            if not facts.fields:
                break  # a scalar may be an object; what follows is taken from its value
        return None


def _check_field(connect: Connect, application: Application, place: _Place, literals: Literals) -> None:
    batched = any(reference.variable == "batch" for reference in _all_references(connect))
    if batched and application.dialect is Dialect.APOLLO:
        message = f"$batch on a field belongs to {INTERLACE_LINK}; put @connect on {place.owner}, or @link that"
        literals.report(application.node, message)
    if batched and not connect.group_by:
        message = "$batch on a field needs 'groupBy': the member of each answered item that says whose it is"
        literals.report(application.node, message)
    if connect.group_by and not batched:
        literals.report(application.arguments.get("groupBy"), "'groupBy' makes sense only with $batch")
    paths = {reference.path for reference in _all_references(connect) if reference.variable == "batch"}
    if batched and len(paths) > 1:
        literals.report(application.node, f"a batch on a field goes by one key field; put @connect on {place.owner}")
    if connect.batch.max_size is not None and not batched:
        literals.report(application.arguments.get("batch"), "'batch' makes sense only with $batch")
    if connect.entity:
        _check_entity(application, place, literals)


def _check_entity(application: Application, place: _Place, literals: Literals) -> None:
    field = place.field
    if place.owner != "Query" or field is None or isinstance(_bare(field.type), ListTypeNode):
        literals.report(
            application.arguments.get("entity"), "'entity' makes sense only on a field of Query that gives one object"
        )
        return
    target = named_type(field.type)
    fields = place.types.get(target, TypeFacts()).fields
    if not field.arguments:
        literals.report(application.node, "an entity field needs its key as arguments, as in user(id: ID!)")
    for argument in field.arguments or ():
        if argument.name.value not in fields:
            message = f"the argument '{argument.name.value}' is not a field of {target}"
            literals.report(argument, message + f".{suggest(argument.name.value, fields)}")


def _check_type(connect: Connect, application: Application, place: _Place, literals: Literals) -> None:
    references = _all_references(connect)
    if place.is_root:
        literals.report(application.node, f"{place.owner} is a root type: put @connect on its fields")
        return
    if not place.facts.keys:
        literals.report(application.node, f"{place.owner} needs a @key: @connect on a type says how to get an entity")
    if not any(reference.variable in {"this", "batch"} for reference in references):
        literals.report(application.node, "nothing says which entity to get: use $this or $batch")
    for word in ("entity", "groupBy"):
        if word in application.arguments:
            literals.report(application.arguments[word], f"'{word}' makes sense only on a field")


def _bare(node: TypeNode) -> TypeNode:
    return node.type if isinstance(node, NonNullTypeNode) else node


def _mentions(
    connect: Connect, application: Application
) -> Iterable[tuple[str, ValueNode | None, tuple[VariableReference, ...]]]:
    values = application.arguments
    outer = values.get("http") or values.get("grpc")
    yield "selection", values.get("selection"), references_in_mapping(connect.selection)
    if connect.call.body is not None:
        yield "body", values.get("body", outer), references_in_mapping(connect.call.body)
    if isinstance(connect.call, HttpCall):
        yield connect.call.method, outer, references_in_template(connect.call.path)
        yield "headers", outer, _header_references(connect.call.headers)


def _all_references(connect: Connect) -> tuple[VariableReference, ...]:
    found = list(references_in_mapping(connect.selection))
    found += references_in_mapping(connect.call.body or "")
    if not isinstance(connect.call, GrpcCall):
        found += references_in_template(connect.call.path)
        found += _header_references(connect.call.headers)
    return tuple(dict.fromkeys(found))


def _header_references(headers: tuple[Header, ...]) -> tuple[VariableReference, ...]:
    return tuple(reference for header in headers for reference in references_in_template(header.value or ""))
