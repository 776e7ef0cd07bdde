"""The storefront as one writes it in Python without a gateway: Strawberry, httpx, grpc.aio and aiodataloader.

    python -m benchmarks.plain_storefront PORT USERS ORDERS PREFERENCES        (the last three as host:port)

Nothing is done worse than usual: one client and one channel for the life of the program, batches by data loaders,
uvloop, orjson, and no framework around it.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
import orjson
import strawberry
import uvicorn
from aiodataloader import DataLoader

from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb

Message = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Services:
    """How the services are reached, all requests through."""

    http: httpx.AsyncClient
    users: str
    preferences: str
    batch_get_orders: Callable[[pb.BatchGetOrdersRequest], Awaitable[pb.BatchGetOrdersResponse]]


class Context:
    """The data loaders of one request."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.orders: DataLoader[str, list[Order]] = DataLoader(self._load_orders, max_batch_size=250)
        self.preferences: DataLoader[str, Preferences | None] = DataLoader(self._load_preferences, max_batch_size=250)

    async def _load_orders(self, users: Sequence[str]) -> list["list[Order]"]:
        answer = await self.services.batch_get_orders(pb.BatchGetOrdersRequest(user_ids=users))
        found: dict[str, list[Order]] = {user: [] for user in users}
        for order in answer.orders:
            found[order.user_id].append(Order.of(order))
        return [found[user] for user in users]

    async def _load_preferences(self, users: Sequence[str]) -> list["Preferences | None"]:
        answer = await self.services.http.post(
            f"http://{self.services.preferences}/preferences/batch", json={"userIds": list(users)}
        )
        found = {item["userId"]: Preferences(theme=item["theme"], locale=item["locale"]) for item in answer.json()}
        return [found.get(user) for user in users]


Info = strawberry.Info[Context, None]


@strawberry.type
class Preferences:
    theme: str
    locale: str


@strawberry.type
class Order:
    id: strawberry.ID
    status: str
    total: str
    placed_at: str

    @classmethod
    def of(cls, order: pb.Order) -> "Order":
        return cls(
            id=strawberry.ID(order.id),
            status=pb.Order.Status.Name(order.status),
            total=order.total.amount,
            placed_at=order.placed_at.ToJsonString(),
        )


@strawberry.type
class User:
    id: strawberry.ID
    name: str
    email: str | None

    @strawberry.field
    async def orders(self, info: Info) -> list[Order]:
        return await info.context.orders.load(self.id)

    @strawberry.field
    async def preferences(self, info: Info) -> Preferences | None:
        return await info.context.preferences.load(self.id)


@strawberry.type
class Query:
    @strawberry.field
    async def users(self, info: Info, first: int = 20) -> list[User]:
        services = info.context.services
        answer = await services.http.get(f"http://{services.users}/users", params={"first": first})
        return [
            User(id=strawberry.ID(item["id"]), name=item["name"], email=item["email"])
            for item in answer.json()["users"]
        ]


class App:
    """The ASGI callable; it makes its clients when the server starts, in the server's loop."""

    def __init__(self, users: str, orders: str, preferences: str) -> None:
        self._addresses = users, orders, preferences
        self._schema = strawberry.Schema(Query)
        self._services: Services | None = None

    async def __call__(
        self, _scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer one request."""
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        asked = orjson.loads(body)
        result = await self._schema.execute(asked["query"], asked.get("variables"), Context(self._reach()))
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        encoded = orjson.dumps(answer)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": encoded})

    def _reach(self) -> Services:
        if self._services is None:
            users, orders, preferences = self._addresses
            method = grpc.aio.insecure_channel(orders).unary_unary(
                "/shop.v1.OrderService/BatchGetOrders",
                request_serializer=pb.BatchGetOrdersRequest.SerializeToString,
                response_deserializer=pb.BatchGetOrdersResponse.FromString,
            )
            self._services = Services(httpx.AsyncClient(trust_env=False), users, preferences, method)
        return self._services


def main() -> None:
    port, users, orders, preferences = sys.argv[1:]
    app = App(users, orders, preferences)
    uvicorn.run(app, port=int(port), loop="uvloop", http="httptools", lifespan="off", log_level="warning")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
