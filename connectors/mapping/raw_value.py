"""What generated code can read off a raw answer, whatever form the protocol gives it.

Each raw value is an expression of Python for where it stands. What an expression does not expect it leaves to the
careful way, by raising one of UNEXPECTED.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol, Self, TypeAlias

from connectors.mapping.methods.converting import scalar_text
from connectors.mapping.syntax import Json

UNEXPECTED = (KeyError, TypeError, IndexError)
"""What generated code raises when an answer is not as it should be."""


class Inexpressible(Exception):
    """What is wanted needs more than generated code can do: the careful way is taken from the start."""


class Constants:
    """Names in generated source for what is not written in it."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"__builtins__": {}, **_KNOWN}

    def name(self, value: Any) -> str:
        """A name for the value."""
        name = f"c{len(self.known)}"
        self.known[name] = value
        return name


class RawValue(Protocol):
    """A value of a raw answer."""

    def member(self, name: str) -> "RawValue":
        """A member of it. Raises Inexpressible."""
        ...

    def whole(self) -> str:
        """An expression for the value as JSON. Raises Inexpressible."""
        ...

    def there(self, name: str) -> tuple[str, "RawValue"]:
        """A condition under which it is not null, which then has this name, and the value by it."""
        ...

    def items(self, name: str) -> tuple[str, str, "RawValue"]:
        """A condition under which it is a list, an expression for that, and the item that has this name.

        Raises Inexpressible.
        """
        ...

    def key(self) -> str:
        """An expression for the value as a part of a key, which is text. Raises Inexpressible."""
        ...

    def check_object(self) -> None:
        """Raise Inexpressible unless it may be an object."""
        ...

    @property
    def may_be_null(self) -> bool:
        """Whether an item may be null."""
        ...


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A value as `orjson.loads` gives it."""

    expression: str
    may_be_null: bool = True

    def member(self, name: str) -> Self:
        """A member; a KeyError where it is missing, a TypeError where this is no object."""
        return type(self)(f"{self.expression}[{name!r}]")

    def whole(self) -> str:
        """It is JSON already."""
        return self.expression

    def there(self, name: str) -> tuple[str, Self]:
        """Not null."""
        return f"({name} := {self.expression}) is not None", type(self)(name)

    def items(self, name: str) -> tuple[str, str, Self]:
        """Nothing but a list has items."""
        return f"{self.expression}.__class__ is list", self.expression, type(self)(name)

    def key(self) -> str:
        """Text as it is, any other scalar as text."""
        return f"(k if (k := {self.expression}).__class__ is str else key_text(k))"

    def check_object(self) -> None:
        """Whatever is no object raises when its members are taken."""


@dataclass(frozen=True, slots=True)
class RawForm:
    """The form in which a protocol gives answers: how generated code reads them, and how they become JSON.

    `root` is the whole answer under a name, for code that mentions these constants. `to_json` may raise a CallFailed.
    """

    root: Callable[[str, Constants], RawValue]
    to_json: Callable[[Any], Json]
    unexpected: tuple[type[Exception], ...] = field(default=UNEXPECTED)


def _unexpected() -> Json:
    raise TypeError


def _key_text(value: Json) -> str:
    text = scalar_text(value)
    if text is None:
        raise TypeError
    return text


def _as_it_is(value: Json) -> Json:
    return value


_KNOWN: Mapping[str, Any] = MappingProxyType(
    {
        "unexpected": _unexpected,
        "key_text": _key_text,
        "list": list,
        "getattr": getattr,
        "len": len,
        "set": set,
        "str": str,
    }
)
JSON_FORM = RawForm(lambda name, _constants: JsonValue(name), _as_it_is)
Made: TypeAlias = Callable[..., Any]


def evaluate(source: str, constants: Constants) -> Made:
    """The function that an expression makes; it holds nothing but literals written by repr and names of `constants`."""
    made: Made = eval(source, constants.known)  # noqa: S307
    return made


def execute(source: str, name: str, constants: Constants) -> Made:
    """The function of that name that the source defines, under the same rule."""
    scope: dict[str, Any] = constants.known
    exec(compile(source, f"<{name}>", "exec"), scope)  # noqa: S102
    made: Made = scope[name]
    return made
