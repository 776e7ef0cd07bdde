"""A binding whose batches could never be told apart is refused before it is used."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.bound.check_binding import check_binding
from connectors.errors import BindingInvalid

ENTITIES = """
type Query { a: Int }
type User @key(fields: "id") @connect(
  source: "shop" http: { GET: "/users?ids={$batch.id->joinNotNull(',')}" } selection: "id name"
) { id: ID! name: String }
"""
FIELDS = """
type Query { a: Int }
type User @key(fields: "id") {
  id: ID!
  orders: [Order!] @connect(
    source: "shop" http: { POST: "/orders", body: "ids: $batch.id" } selection: "id" groupBy: "user.id"
  )
}
type Order { id: ID! }
"""


def test_a_batch_of_entities_has_to_give_their_key(bound: Callable[[str], Any]) -> None:
    connect, graph = bound(ENTITIES)
    check_binding(connect, graph)

    with pytest.raises(BindingInvalid, match="the selection has to give the key 'id'"):
        check_binding(replace(connect, selection="name"), graph)


def test_a_batch_of_lists_has_to_say_whose_they_are(bound: Callable[[str], Any]) -> None:
    connect, graph = bound(FIELDS)
    check_binding(connect, graph)

    with pytest.raises(BindingInvalid, match=r"User\.orders: a batch that gives lists needs 'groupBy'"):
        check_binding(replace(connect, group_by=None), graph)
    with pytest.raises(BindingInvalid, match="line 1, column 6: expected a name, found the end"):
        check_binding(replace(connect, group_by="user."), graph)
