"""Make an object of a team's class that has only some of its fields, as a representation or a reference has."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def by_key(class_: type[T], **key: object) -> T:
    """An entity of which a resolver knows only the key, as in `by_key(User, id=user_id)`; services give the rest.

    Raises TypeError for a name that is no field of the class.
    """
    known = {field.name for field in dataclasses.fields(class_)} if dataclasses.is_dataclass(class_) else set()
    unknown = ", ".join(sorted(key.keys() - known))
    if unknown:
        message = f"{class_.__name__} has no field {unknown}"
        raise TypeError(message)
    return partial_object(class_, key)


def partial_object(class_: type[T], values: Mapping[str, Any]) -> T:
    """An object with these attributes only: its constructor would ask for all of them."""
    made = object.__new__(class_)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made
