"""What the orders service answers: orders, their items, and new ones."""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from examples.storefront.chassis.grpc_server import Method, Refused
from examples.storefront.orders.generated.shop.v1 import orders_pb2 as pb
from examples.storefront.orders.money import decimal_text
from examples.storefront.orders.seed import CATALOGUE, order_number

SERVICE = pb.DESCRIPTOR.services_by_name["OrderService"]
ID = re.compile(r"[1-9][0-9]{0,17}")
MOST_KEYS = 250
MOST_PIECES = 999
COLUMNS = "SELECT id, user_id, number, status, total, currency, placed_at, note FROM orders"


def methods(database: sqlite3.Connection) -> Mapping[str, Method]:
    """The methods of the service over its database.

    They read the database without leaving the event loop: each does one indexed look-up of some microseconds.
    """

    def get_order(request: pb.GetOrderRequest) -> pb.Order:
        rows = _rows(database, "id", _known((request.id,)))
        if not rows:
            raise Refused(grpc.StatusCode.NOT_FOUND, "there is no such order")
        return _order(rows[0])

    def batch_get_orders(request: pb.BatchGetOrdersRequest) -> pb.BatchGetOrdersResponse:
        _check_size("user_ids", request.user_ids)
        rows = _rows(database, "user_id", tuple(request.user_ids))
        return pb.BatchGetOrdersResponse(orders=[_order(row) for row in rows])

    def batch_get_items(request: pb.BatchGetItemsRequest) -> pb.BatchGetItemsResponse:
        _check_size("order_ids", request.order_ids)
        return pb.BatchGetItemsResponse(items=_items(database, _known(request.order_ids)))

    def place_order(request: pb.PlaceOrderRequest) -> pb.Order:
        _check_order(request)
        return _order(_insert(database, request))

    def list_orders(request: pb.ListOrdersRequest) -> Iterator[pb.Order]:
        status = pb.Order.Status.Name(request.status) if request.status else ""
        wanted = (request.user_id, request.user_id, status, status)
        query = f"{COLUMNS} WHERE (? = '' OR user_id = ?) AND (? = '' OR status = ?) ORDER BY id"
        return (_order(row) for row in database.execute(query, wanted))

    return {
        "GetOrder": get_order,
        "BatchGetOrders": batch_get_orders,
        "BatchGetItems": batch_get_items,
        "PlaceOrder": place_order,
        "ListOrders": list_orders,
    }


def _known(ids: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(text) for text in ids if ID.fullmatch(text))


def _check_size(name: str, keys: Sequence[str]) -> None:
    if len(keys) > MOST_KEYS:
        raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"{name} may have {MOST_KEYS} members, found {len(keys)}")


def _check_order(request: pb.PlaceOrderRequest) -> None:
    problems = [] if request.user_id else ["user_id is empty"]
    if not request.lines:
        problems.append("lines is empty")
    skus = [line.sku for line in request.lines]
    if len(set(skus)) < len(skus):
        problems.append("lines has a sku twice")
    for position, line in enumerate(request.lines):
        if line.sku not in CATALOGUE:
            problems.append(f"lines[{position}].sku is not sold here")
        if not 1 <= line.quantity <= MOST_PIECES:
            problems.append(f"lines[{position}].quantity has to be from 1 to {MOST_PIECES}")
    if problems:
        raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(problems))


def _rows(database: sqlite3.Connection, column: str, keys: Sequence[int | str]) -> list[sqlite3.Row]:
    marks = ", ".join("?" * len(keys))
    return database.execute(f"{COLUMNS} WHERE {column} IN ({marks}) ORDER BY id", keys).fetchall()


def _items(database: sqlite3.Connection, orders: Sequence[int]) -> Iterator[pb.Item]:
    marks = ", ".join("?" * len(orders))
    query = (
        f"SELECT order_id, sku, quantity, price, currency FROM items JOIN orders ON id = order_id AND id IN ({marks})"
    )
    for row in database.execute(f"{query} ORDER BY order_id, sku", orders):
        yield pb.Item(
            order_id=str(row["order_id"]),
            sku=row["sku"],
            title=CATALOGUE[row["sku"]][0],
            quantity=row["quantity"],
            price=_money(row["price"], row["currency"]),
        )


def _insert(database: sqlite3.Connection, request: pb.PlaceOrderRequest) -> sqlite3.Row:
    lines = [(line.sku, line.quantity, CATALOGUE[line.sku][1]) for line in request.lines]
    total = sum(quantity * price for _, quantity, price in lines)
    note = request.note if request.HasField("note") else None
    # Taking the write lock first makes the next id ours: the other instance writes to the same file.
    database.execute("BEGIN IMMEDIATE")
    with database:
        order = database.execute("SELECT max(id) + 1 FROM orders").fetchone()[0]
        values = (order, request.user_id, order_number(order), "PENDING", total, "EUR", time.time_ns(), note)
        database.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        database.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", [(order, *line) for line in lines])
    return _rows(database, "id", (order,))[0]


def _order(row: sqlite3.Row) -> pb.Order:
    seconds, nanos = divmod(row["placed_at"], 1_000_000_000)
    return pb.Order(
        id=str(row["id"]),
        user_id=row["user_id"],
        number=row["number"],
        status=row["status"],
        total=_money(row["total"], row["currency"]),
        placed_at=Timestamp(seconds=seconds, nanos=nanos),
        note=row["note"],
    )


def _money(minor_units: int, currency: str) -> pb.Money:
    return pb.Money(amount=decimal_text(minor_units, currency), currency=currency)
