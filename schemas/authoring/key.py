"""Declare an entity: a type with keys by which other subgraphs know it."""

from collections.abc import Callable
from typing import TypeVar

import strawberry
import strawberry.federation
from typing_extensions import dataclass_transform

from schemas.authoring.member import from_, reference

T = TypeVar("T", bound=type)


@dataclass_transform(
    order_default=False,
    kw_only_default=True,
    field_specifiers=(strawberry.field, strawberry.federation.field, from_, reference),
)
def key(*field_sets: str) -> Callable[[T], T]:
    """An entity with one key for each field set, as in `@key("id")` or `@key("id", "sku region { code }")`."""

    def decorate(type_: T) -> T:
        return strawberry.federation.type(type_, keys=list(field_sets))

    return decorate
