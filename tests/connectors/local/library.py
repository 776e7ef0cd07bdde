"""A team's module with everything that Python may give: roots, entities, requirements, loaders, failures."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum

import strawberry
from strawberry import ID

from schemas.authoring import BigInt, Info, RestSource, by_key, connect, key, local

service = RestSource("books", base_url="http://127.0.0.1:9")
loads: list[list[str]] = []
started = asyncio.Event()
ended: list[str] = []


async def load_ratings(ids: list[str]) -> Sequence[int]:
    loads.append(ids)
    return [len(id_) for id_ in ids]


async def load_some(ids: list[str]) -> Sequence[int | Exception]:
    return [LookupError(id_) if id_ == "1" else 1 for id_ in ids]


async def load_in_vain(ids: list[str]) -> Sequence[int]:
    raise ConnectionError("db.internal:5432 refused " + ",".join(ids))


async def load_for_ever(ids: list[str]) -> Sequence[int]:
    started.set()
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("load")
    return [0 for _ in ids]


@strawberry.enum
class Shelf(Enum):
    UPPER = "upper"
    LOWER = "lower"


@strawberry.type
class Author:
    first_name: str
    born_at: datetime | None = None


@key("id")
class Book:
    id: ID
    title: str
    price: Decimal
    pages: BigInt
    shelf: Shelf
    author: Author
    co_authors: list[Author]

    @connect
    def blurb(self) -> str:
        return service.get(f"/books/{self.id}/blurb")

    @strawberry.field
    async def rating(self, info: Info) -> int | None:
        return await info.context.loader(load_ratings).load(self.id)

    @strawberry.field
    async def best_rating(self, info: Info) -> int | None:
        return max(await info.context.loader(load_ratings).load_many([self.id, "zzzz"]))

    @local(requires="title price author { firstName } coAuthors { bornAt } shelf pages")
    def label(self, currency: str = "EUR") -> str:
        assert isinstance(self.price, Decimal)
        born = [author.born_at.year for author in self.co_authors if author.born_at]
        return (
            f"{self.title} by {self.author.first_name} {born}: {self.price} {currency} ({self.shelf}, {self.pages + 1})"
        )

    @strawberry.field
    def page_count(self) -> int | None:
        return int(self.title)

    @strawberry.field
    async def known(self, info: Info) -> int | None:
        return await info.context.loader(load_some).load(self.id)  # type: ignore[return-value]

    @strawberry.field
    async def broken(self, info: Info) -> int | None:
        return await info.context.loader(load_in_vain).load(self.id)

    @strawberry.field
    async def strict_after(self, info: Info) -> int:
        return await info.context.loader(load_in_vain).load(self.id)

    @strawberry.field
    async def endless(self, info: Info) -> int | None:
        return await info.context.loader(load_for_ever).load(self.id)

    @strawberry.field
    async def patient(self) -> int | None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("patient")
        return 1


@key("code")
class Branch:
    code: str
    name: str

    @classmethod
    async def resolve_reference(cls, info: Info, code: str) -> "Branch | None":
        if code == "gone":
            return None
        if code == "burnt":
            raise RuntimeError("burnt down")
        return Branch(code=code, name=code.upper())


@strawberry.type
class Query:
    @strawberry.field
    def branches(self, after: datetime | None = None, first: int = 2) -> list[Branch]:
        codes = ["north", "south", "west"] if after is None else [str(after.year)]
        return [Branch(code=code, name=code.title()) for code in codes[:first]]

    @strawberry.field
    def first_book(self) -> Book:
        return by_key(Book, id=ID("1"))

    @strawberry.field
    def first_volume(self) -> Book | None:
        return by_key(Book, volume=1)

    @strawberry.field
    def teapot(self) -> str | None:
        raise ValueError("short and stout")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def rename(self, code: str, name: str) -> Branch:
        await asyncio.sleep(0)
        ended.append(name)
        return Branch(code=code, name=name)
