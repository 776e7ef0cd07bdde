"""The users of the shop, which the users service keeps (REST)."""

# ruff: noqa: A002 - GraphQL's word for what identifies an object is `id`

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import ID

from schemas.authoring import RestSource, batch, connect, connect_entity, joined, key

service = RestSource("users", base_url="http://127.0.0.1:8081", names="camelCase")


@key("id")
class User:
    """A customer."""

    id: ID
    name: str
    email: str | None
    """Null when the customer has given none."""
    created_at: datetime

    @connect_entity
    def by_ids(self) -> "list[User]":
        return service.get("/users", query={"ids": joined(batch(self).id)}, at="users", max_batch=100)


@strawberry.type
class Query:
    @connect
    def users(
        self,
        first: Annotated[int | None, strawberry.argument(description="How many, from 1 to 1000.")] = 20,
        after: Annotated[
            ID | None, strawberry.argument(description="The id of the last user of the page before.")
        ] = None,
    ) -> list[User]:
        """Users in the order of their ids, a page at a time."""
        return service.get("/users", query={"first": first, "after": after}, at="users")

    @connect
    def user(self, id: ID) -> User | None:
        """One user, or null when there is none of this id."""
        return service.get(f"/users/{id}", entity=True)
