"""Values that are known only when a call is made: they stand in for arguments and for `self` in a declaration."""

import json
from typing import NoReturn, TypeVar, cast

from strawberry.utils.str_converters import to_camel_case

T = TypeVar("T")


class Placeholder:
    """One such value: `self.id` becomes `$this.id`, an argument `first` becomes `$args.first`.

    It can be put in an address (`f"/users/{id}"`), in a query or in a body, and its members can be named; anything
    else has no meaning before the call and is refused.
    """

    __slots__ = ("_placeholder_method", "_placeholder_path", "_placeholder_variable")

    def __init__(self, variable: str, path: tuple[str, ...] = (), method: str = "") -> None:
        self._placeholder_variable = variable
        self._placeholder_path = path
        self._placeholder_method = method

    def __getattr__(self, name: str) -> "Placeholder":
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder(self._placeholder_variable, (*self._placeholder_path, to_camel_case(name)))

    def __str__(self) -> str:
        return "$" + ".".join((self._placeholder_variable, *self._placeholder_path)) + self._placeholder_method

    __repr__ = __str__

    def __format__(self, specification: str) -> str:
        if specification:
            self._refuse("format")
        return "{" + str(self) + "}"

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 - it has no truth value
        self._refuse("test")

    def __iter__(self) -> NoReturn:
        self._refuse("iterate over")

    def _refuse(self, what: str) -> NoReturn:
        message = (
            f"cannot {what} {self!s}: it is known only when the call is made; write the call without looking at it"
        )
        raise TypeError(message)


def batch(entity: T) -> T:
    """All entities that are asked for at once: `batch(self).id` are their ids, sent in one call.

    Type checkers see one entity, so that `batch(self).` completes to its fields.
    """
    if not isinstance(entity, Placeholder) or str(entity) != "$this":
        message = "batch() takes self, inside a function under @connect"
        raise TypeError(message)
    return cast("T", Placeholder("batch"))


def joined(values: object, separator: str = ",") -> str:
    """The values in one text, as in `ids=1,2,3` of an address; those that are null are left out.

    As in `query={"ids": joined(batch(self).id)}`.
    Raises TypeError when `values` is neither a member of a batch nor an argument.
    """
    if not isinstance(values, Placeholder):
        message = f"joined() takes arguments or members of batch(self), not {values!r}"
        raise TypeError(message)
    variable, path = placeholder_parts(values)
    quoted = json.dumps(separator, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return cast("str", Placeholder(variable, path, f"->joinNotNull('{quoted}')"))


def placeholder_parts(value: Placeholder) -> tuple[str, tuple[str, ...]]:
    """The variable and the path of a placeholder."""
    return value._placeholder_variable, value._placeholder_path  # noqa: SLF001 - attributes of it are members of the value
