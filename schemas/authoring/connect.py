"""Bind fields and entities to calls: the decorators under which a team writes which call gives what."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, overload

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schemas.authoring.derive_mapping import derive_body, derive_selection
from schemas.authoring.directives import ConnectDirective, connect_directive
from schemas.authoring.placeholder import Placeholder
from schemas.authoring.source import Binding, GrpcSource, RestSource
from schemas.connect import Batch, Connect, GrpcCall, HttpCall, Protocol, Source


class Declaration:
    """A function that says which call gives something; it runs once, with placeholders for its arguments."""

    def __init__(self, declare: Callable[..., object]) -> None:
        self.declare = declare

    @functools.cached_property
    def binding(self) -> Binding:
        """The call, with placeholders for what is known only when it is made.

        Raises TypeError when the function returns anything but a call to a source.
        """
        values = {name: _placeholder(name) for name in inspect.signature(self.declare).parameters}
        binding = self.declare(**values)
        if not isinstance(binding, Binding):
            message = f'return a call to a source, as in service.get("/users"), and not {binding!r}'
            raise TypeError(message)
        return binding

    def directive(self, gives: object, arguments: Mapping[str, object]) -> ConnectDirective:
        """`@connect` for this call, which gives values of the type `gives`.

        Raises TypeError when the types do not say how the call's answer or body is made.
        """
        binding = self.binding
        options, names = binding.options, binding.source.names
        selection = options.get("selection") or derive_selection(gives, options.get("at"), names)
        body = None if binding.body is None else derive_body(binding.body, arguments, names)
        return connect_directive(
            Connect(
                subgraph="",
                coordinate="",
                source=Source(binding.source.name, _protocol(binding.source)),
                call=_call(binding, body),
                selection=selection,
                entity=options.get("entity", False),
                group_by=options.get("group_by"),
                batch=Batch(options.get("max_batch")),
                id=options.get("id"),
            )
        )


class ConnectExtension(FieldExtension):
    """Prints the binding of a field as `@connect`; it has no `resolve`, so it costs nothing when the field is asked."""

    def __init__(self, declare: Callable[..., object]) -> None:
        self.declaration = Declaration(declare)

    def apply(self, field: StrawberryField) -> None:
        """Replace the field's `@connect` by what its declaration says; Strawberry calls this for every schema."""
        others = [directive for directive in field.directives if not isinstance(directive, ConnectDirective)]
        field.directives = [*others, self.directive(field)]

    def directive(self, field: StrawberryField) -> ConnectDirective:
        """`@connect` for this field; raises TypeError when it cannot be derived."""
        arguments = {to_camel_case(argument.python_name): argument.type for argument in field.arguments}
        return self.declaration.directive(field.type, arguments)


class EntityCall(Declaration):
    """The call that gives an entity wherever its key is known; prints as `@connect` on the type."""


@overload
def connect(declare: Callable[..., object], /) -> Any: ...
@overload
def connect(
    *, name: str | None = None, extensions: Sequence[FieldExtension] = ()
) -> Callable[[Callable[..., object]], Any]: ...
def connect(
    declare: Callable[..., object] | None = None,
    /,
    *,
    name: str | None = None,
    extensions: Sequence[FieldExtension] = (),
) -> Any:
    """A field given by a call; the function says which one, and its signature and docstring are the field's.

    The function runs once, when the schema is built, with placeholders for its arguments; `self.x` stands for a field
    of the entity, `batch(self).x` for that field of all entities asked at once. `name` is the field's name in GraphQL,
    where it is not the function's; `extensions` are its policies.
    """
    if declare is None:
        return functools.partial(_bind, name=name, extensions=extensions)
    return _bind(declare, name=name, extensions=extensions)


def connect_entity(declare: Callable[..., object]) -> EntityCall:
    """The call that gives this entity by its key, one (`self.id`) or many at once (`batch(self).id`).

    It stands in the entity's class; its name and what it is said to return are for the reader.
    """
    return EntityCall(declare)


def binding_of(field: StrawberryField) -> ConnectExtension | None:
    """What binds this field, if anything does."""
    return next((item for item in field.extensions if isinstance(item, ConnectExtension)), None)


def entity_calls_of(type_: type) -> dict[str, EntityCall]:
    """The calls that give this entity, by the names of their functions."""
    return {name: value for name, value in vars(type_).items() if isinstance(value, EntityCall)}


def _bind(declare: Callable[..., object], *, name: str | None, extensions: Sequence[FieldExtension]) -> Any:
    @functools.wraps(declare)
    def refuse(*_values: object, **_arguments: object) -> NoReturn:
        message = f"{declare.__qualname__} is given by a service: ask the gateway, not this schema"
        raise RuntimeError(message)

    return strawberry.field(refuse, name=name, extensions=[ConnectExtension(declare), *extensions])


def _placeholder(parameter: str) -> Placeholder:
    return Placeholder("this") if parameter == "self" else Placeholder("args", (to_camel_case(parameter),))


def _protocol(source: RestSource | GrpcSource) -> Protocol:
    return Protocol.HTTP if isinstance(source, RestSource) else Protocol.GRPC


def _call(binding: Binding, body: str | None) -> HttpCall | GrpcCall:
    if isinstance(binding.source, GrpcSource):
        return GrpcCall(binding.target, body)
    return HttpCall(binding.verb, binding.target, binding.options.get("headers", ()), body)
