"""Say where a field's value stands in an answer, when it does not stand under the field's own name."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

FROM = "interlace.from"
REFERENCE = "interlace.reference"


def from_(
    path: str,
    *,
    name: str | None = None,
    description: str | None = None,
    extensions: Sequence[FieldExtension] = (),
) -> Any:
    """A field of which the value stands elsewhere in the answer.

    As in `total: Decimal = from_("amount.text")`.
    """
    return strawberry.field(name=name, description=description, metadata={FROM: path}, extensions=[*extensions])


def reference(*, description: str | None = None, extensions: Sequence[FieldExtension] = (), **key: str) -> Any:
    """Point to an entity of which the answer carries only the key.

    As in `user: User = reference(id="user_id")`.
    Each argument is a key field (as in Python), its value the path in the answer.
    """
    return strawberry.field(description=description, metadata={REFERENCE: key}, extensions=[*extensions])


def stands_at(field: StrawberryField) -> str | None:
    """The path that `from_` gave."""
    path = field.metadata.get(FROM)
    return path if isinstance(path, str) else None


def refers_by(field: StrawberryField) -> dict[str, str] | None:
    """The key that `reference` gave."""
    key = field.metadata.get(REFERENCE)
    return key if isinstance(key, dict) else None
