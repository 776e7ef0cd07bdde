"""References to types, kept as the text that SDL writes (`"[User!]!"`), and which of them include which."""

from collections.abc import Callable


def named(reference: str) -> str:
    """The type that is meant once lists and non-nulls are taken off: `"[User!]!"` gives `"User"`."""
    return reference.strip("[]!")


def is_non_null(reference: str) -> bool:
    """Whether null is excluded."""
    return reference.endswith("!")


def nullable(reference: str) -> str:
    """The reference without its outermost `!`."""
    return reference.removesuffix("!")


def is_list(reference: str) -> bool:
    """Whether the reference, null or not, is a list."""
    return reference.startswith("[")


def item(reference: str) -> str:
    """What a list holds."""
    return nullable(reference)[1:-1]


def is_subtype(less: str, more: str, is_kind_of: Callable[[str, str], bool]) -> bool:
    """Whether every value of `less` is one of `more`.

    `is_kind_of(a, b)` says whether the named type `a` implements, or is a member of, the named type `b`.
    """
    if less == more:
        return True
    if is_non_null(more):
        return is_non_null(less) and is_subtype(nullable(less), nullable(more), is_kind_of)
    if is_non_null(less):
        return is_subtype(nullable(less), more, is_kind_of)
    if is_list(less) or is_list(more):
        return is_list(less) and is_list(more) and is_subtype(item(less), item(more), is_kind_of)
    return is_kind_of(less, more)
