"""Keys of the cache: none can be made without saying who may see what lies under it."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, final

import orjson

_DIGEST_BYTES = 20
# No representation begins so: it is an object, or a pair of two.
_TOGETHER = b"all:"
# A longer rest is hashed, so that the size of keys is bounded.
_LONGEST_REST = 64


@final
class Scope:
    """Who may see an entry: everybody, or one principal. There is no other way to make one than these two."""

    __slots__ = ("text",)

    def __init__(self, text: bytes, *, _made_here: object = None) -> None:
        if _made_here is not _SEAL:
            raise TypeError("a scope is PUBLIC, or private_to(a principal)")
        self.text = text


_SEAL: Final = object()
PUBLIC: Final = Scope(b"public", _made_here=_SEAL)


def private_to(principal: str) -> Scope:
    """The scope of one principal (`identity_scope` of the call); all who are anonymous are one."""
    return Scope(b"private:" + principal.encode(), _made_here=_SEAL)


@final
class CacheKey(bytes):
    """What one entry lies under; only a KeySpace makes it, and a KeySpace has a scope."""

    __slots__ = ()

    def __new__(cls, space: "KeySpace", rest: bytes) -> "CacheKey":
        """The key of what `rest` names in the space."""
        return super().__new__(cls, space.digest + (rest if len(rest) <= _LONGEST_REST else _digest(rest)))


@final
class KeySpace:
    """All keys of one question, asked by one scope with the same values.

    `question` tells questions apart: the graph with how it is bound, and the selection. `variables` are those that it
    mentions, `headers` what the service gets of the client's headers.
    """

    __slots__ = ("digest",)

    def __init__(
        self, scope: Scope, question: bytes, variables: Mapping[str, Any], headers: tuple[tuple[str, str], ...]
    ) -> None:
        if not isinstance(scope, Scope):
            raise TypeError(f"expected a Scope, found {type(scope).__name__}")
        written = orjson.dumps((variables, headers), option=orjson.OPT_SORT_KEYS) if variables or headers else b""
        # Lengths come first, so that no text of one part can pass for the beginning of the next.
        self.digest = _digest(b"%d:%b%d:%b%b" % (len(scope.text), scope.text, len(question), question, written))

    def whole(self) -> CacheKey:
        """The key of all that the question brings."""
        return CacheKey(self, b"")

    def entity(self, representation: Mapping[str, Any], context_values: Mapping[str, Any] | None = None) -> CacheKey:
        """The key of what the question brings of one entity, with what it takes from contexts."""
        return self.entities((representation,), (context_values,) if context_values else ())[0]

    def entities(
        self, representations: Sequence[Mapping[str, Any]], context_values: Sequence[Mapping[str, Any]]
    ) -> list[CacheKey]:
        """The keys of what the question brings of several entities, in their order."""
        shown = zip(representations, context_values, strict=True) if context_values else representations
        # Made without a call of our own for each: a fetch has hundreds of entities.
        start, made = self.digest, bytes.__new__
        texts = [orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in shown]
        return [made(CacheKey, start + (text if len(text) <= _LONGEST_REST else _digest(text))) for text in texts]

    def together(self, representations: Sequence[Mapping[str, Any]]) -> CacheKey:
        """The key of what the question brings of all these entities in this order."""
        return CacheKey(self, _TOGETHER + orjson.dumps(representations))


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=_DIGEST_BYTES).digest()
