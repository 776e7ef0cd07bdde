"""Fields that Python gives, in this process, and the loaders that keep them from asking one by one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from schemas.authoring.directives import LocalDirective

K = TypeVar("K")
V = TypeVar("V")
K_contra = TypeVar("K_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)


class Loader(Protocol[K_contra, V_co]):
    """Gathers the keys that resolvers ask for at the same time, and loads them together."""

    def load(self, key: K_contra) -> Awaitable[V_co]:
        """The value of one key."""

    def load_many(self, keys: Sequence[K_contra]) -> Awaitable[Sequence[V_co]]:
        """The values of several keys."""


class ResolverContext(Protocol):
    """What resolvers find in `info.context`, one for each client request."""

    def loader(self, load: Callable[[list[K]], Awaitable[Sequence[V]]]) -> Loader[K, V]:
        """This request's loader over `load`, which takes keys and gives as many values in the same order."""


Info: TypeAlias = strawberry.Info[ResolverContext, None]


class LocalExtension(FieldExtension):
    """Prints what a Python resolver needs as `@local(requires:)`."""

    def __init__(self, requires: str) -> None:
        self.requires = requires

    def apply(self, field: StrawberryField) -> None:
        """Replace the field's `@local`; Strawberry calls this for every schema."""
        others = [directive for directive in field.directives if not isinstance(directive, LocalDirective)]
        field.directives = [*others, LocalDirective(requires=self.requires)]


def requirement_of(field: StrawberryField) -> str | None:
    """The field set that a resolver under `@local` requires."""
    return next((item.requires for item in field.extensions if isinstance(item, LocalExtension)), None)


def local(*, requires: str, extensions: Sequence[FieldExtension] = ()) -> Callable[[Callable[..., Any]], Any]:
    """A field that Python computes from fields that services give; `requires` is their field set, as in `"name email"`.

    Those fields are on `self` when the resolver runs. A resolver that needs no more than the key is a plain
    `strawberry.field`.
    """

    def decorate(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver, extensions=[LocalExtension(requires), *extensions])

    return decorate
