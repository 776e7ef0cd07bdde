"""The orders of the shop, which the orders service keeps (gRPC)."""

# ruff: noqa: A002 - GraphQL's words are `id` and `input`

from datetime import datetime
from decimal import Decimal
from enum import Enum

import strawberry
from strawberry import ID

from schemas.authoring import BigInt, GrpcSource, batch, connect, from_, key, reference

service = GrpcSource("orders", "shop.v1.OrderService", address="127.0.0.1:8083")


@strawberry.enum
class OrderStatus(Enum):
    """How far an order has come."""

    PENDING = "PENDING"
    PAID = "PAID"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


@strawberry.type
class OrderItem:
    """So many pieces of one thing."""

    sku: str
    title: str
    quantity: int
    price: Decimal = from_("price.amount")
    """What one piece costs, in the currency of the order."""


@key("id")
class Order:
    """Something that a customer has bought."""

    id: ID
    number: BigInt
    """The number on the invoice."""
    status: OrderStatus
    total: Decimal = from_("total.amount")
    """What the order costs, in its currency."""
    currency: str = from_("total.currency")
    """ISO 4217."""
    placed_at: datetime
    note: str | None
    """Null when the customer wrote none."""
    user: "User" = reference(id="user_id")

    @connect
    def items(self) -> list[OrderItem]:
        return service.call(
            "BatchGetItems", {"order_ids": batch(self).id}, at="items", group_by="order_id", max_batch=250
        )


@key("id")
class User:
    id: ID

    @connect
    def orders(self) -> list[Order]:
        """What the customer has bought, oldest first."""
        return service.call(
            "BatchGetOrders", {"user_ids": batch(self).id}, at="orders", group_by="user_id", max_batch=250
        )


@strawberry.type
class Query:
    @connect
    def order(self, id: ID) -> Order | None:
        """One order, or null when there is none of this id."""
        return service.call("GetOrder", {"id": id}, entity=True)


@strawberry.input
class OrderLineInput:
    sku: str
    quantity: int = 1


@strawberry.input
class PlaceOrderInput:
    user_id: ID
    lines: list[OrderLineInput]
    note: str | None = None


@strawberry.type
class Mutation:
    @connect
    def place_order(self, input: PlaceOrderInput) -> Order:
        """Buy something."""
        return service.call("PlaceOrder", input)
