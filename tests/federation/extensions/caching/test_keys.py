"""Keys of the cache."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.extensions.caching.keys import PUBLIC, CacheKey, KeySpace, Scope, private_to

VALUES = st.dictionaries(st.text(max_size=3), st.none() | st.integers(0, 3) | st.text(max_size=3), max_size=2)
HEADERS = st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=2).map(tuple)
SCOPES = st.text(max_size=4) | st.none()
PARTS = st.tuples(SCOPES, st.binary(max_size=4), VALUES, HEADERS, VALUES)


def key(scope: str | None, question: bytes, variables: Any, headers: Any, entity: Any) -> CacheKey:
    space = KeySpace(PUBLIC if scope is None else private_to(scope), question, variables, headers)
    return space.entity(entity)


@given(PARTS, PARTS)
def test_keys_are_equal_only_where_all_parts_are(one: Any, other: Any) -> None:
    assert (key(*one) == key(*other)) == (one == other)


def test_a_scope_cannot_be_made_up() -> None:
    with pytest.raises(TypeError, match="PUBLIC"):
        Scope(b"public")


def test_no_key_is_made_without_a_scope() -> None:
    with pytest.raises(TypeError, match="expected a Scope, found str"):
        KeySpace("alice", b"question", {}, ())  # type: ignore[arg-type]


def test_the_anonymous_are_not_the_public() -> None:
    assert key("", b"q", {}, (), {}) != key(None, b"q", {}, (), {})


def test_a_principal_called_public_is_not_the_public() -> None:
    assert key("public", b"q", {}, (), {}) != key(None, b"q", {}, (), {})


def test_the_order_of_keys_in_an_entity_does_not_matter() -> None:
    assert key("a", b"q", {}, (), {"x": 1, "y": 2}) == key("a", b"q", {}, (), {"y": 2, "x": 1})


def test_what_an_entity_takes_from_contexts_is_part_of_its_key() -> None:
    space = KeySpace(PUBLIC, b"q", {}, ())

    assert space.entity({"id": 1}, {"in": "EUR"}) != space.entity({"id": 1}, {"in": "CHF"})


def test_keys_of_large_entities_are_short() -> None:
    assert len(key("a", b"q", {}, (), {"id": "x" * 10_000})) < 100
