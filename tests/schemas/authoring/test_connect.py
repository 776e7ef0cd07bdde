"""What a team writes under @connect is the `@connect` that the gateway reads."""

from collections.abc import Callable

from schemas.connect import Batch, Connect, GrpcCall, Header, HttpCall, Protocol, Source
from schemas.read_connect import Bindings

Read = Callable[[str], Bindings]
USER = '@key("id")\nclass User:\n    id: ID\n    full_name: str\n'


def only(bindings: Bindings) -> Connect:
    (connect,) = bindings.connects
    return connect


def lines(selection: str) -> list[str]:
    return selection.split()


def test_a_field_of_query_takes_its_arguments_in_path_and_query(bindings: Read) -> None:
    connect = only(
        bindings(
            USER
            + """
@strawberry.type
class Query:
    @connect
    def users_of(self, shop_id: ID, first: int = 20, q: str | None = None) -> list[User]:
        return rest.get(
            f"/shops/{shop_id}/users", query={"first": first, "q": q, "kind": "a&b"}, at="page.users", id="all"
        )
"""
        )
    )

    assert connect.coordinate == "Query.usersOf"
    assert connect.source == Source("rest", Protocol.HTTP, "http://127.0.0.1:8081")
    assert connect.call == HttpCall("GET", "/shops/{$args.shopId}/users?first={$args.first}&q={$args.q}&kind=a%26b")
    assert lines(connect.selection) == ["$.page.users", "{", "id", "fullName:", "full_name", "}"]
    assert dict(connect.arguments) == {"shopId": "ID!", "first": "Int!", "q": "String"}
    assert (dict(connect.defaults), connect.id) == ({"first": 20}, "all")


def test_an_entity_field_says_so(bindings: Read) -> None:
    connect = only(
        bindings(
            USER
            + """
@strawberry.type
class Query:
    @connect
    def user(self, id: ID) -> User | None:
        return rest.get(f"/users/{id}", entity=True)
"""
        )
    )

    assert (connect.entity, connect.key) == (True, "id")


def test_a_field_of_an_entity_goes_by_self_or_by_all_of_them_at_once(bindings: Read) -> None:
    connects = bindings(
        USER
        + """
    @connect
    def nickname(self) -> str:
        return rest.get(f"/users/{self.id}/nickname", at="text")

    @connect
    def friends(self) -> list["User"]:
        return grpc.call("BatchFriends", {"ids": batch(self).id}, at="friends", group_by="of", max_batch=50)
"""
    ).connects

    one, many = sorted(connects, key=lambda connect: connect.batched)
    assert (one.call, one.selection) == (HttpCall("GET", "/users/{$this.id}/nickname"), "$.text")
    assert (one.key, one.batched) == ("id", False)
    assert many.call == GrpcCall("shop.v1.Shop/BatchFriends", "ids: $batch.id")
    assert (many.key, many.batched, many.group_by, many.batch) == ("id", True, "of", Batch(50))


def test_an_entity_may_be_bound_as_a_whole(bindings: Read) -> None:
    connect = only(
        bindings(
            USER
            + """
    @connect_entity
    def by_ids(self) -> "list[User]":
        return rest.get("/users", query={"ids": joined(batch(self).id, "'")}, at="users", max_batch=100)
"""
        )
    )

    assert (connect.coordinate, connect.key, connect.batched, connect.batch) == ("User", "id", True, Batch(100))
    assert connect.call == HttpCall("GET", r"/users?ids={$batch.id->joinNotNull('\'')}")
    assert lines(connect.selection) == ["$.users", "{", "id", "fullName:", "full_name", "}"]


def test_members_that_are_named_or_placed_otherwise_are_said_once_at_their_field(bindings: Read) -> None:
    connect = only(
        bindings(
            """
camel = RestSource("camel", base_url="http://127.0.0.1:8081", names="camelCase")

@strawberry.type
class Money:
    amount: Decimal
    currency_code: str

@key("id")
class User:
    id: ID

@strawberry.type
class Bill:
    total: Money
    tax: Decimal = from_("taxes.total")
    paid_at: datetime | None
    payer: User = reference(id="payerId")

@strawberry.type
class Query:
    @connect
    def bills(self) -> list[Bill]:
        return camel.get("/bills")
"""
        )
    )

    assert lines(connect.selection) == lines(
        "total { amount currencyCode } tax: taxes.total paidAt payer: { id: payerId }"
    )


def test_a_selection_may_be_written_in_full(bindings: Read) -> None:
    connect = only(
        bindings(
            USER
            + """
@strawberry.type
class Query:
    @connect
    def me(self) -> User:
        return rest.get("/me", selection="id: uid fullName: name->trim")
"""
        )
    )

    assert connect.selection == "id: uid fullName: name->trim"


def test_an_input_is_sent_member_by_member_as_the_service_spells_it(bindings: Read) -> None:
    connects = bindings(
        """
@strawberry.input
class Line:
    item_code: str
    amount: int = 1

@strawberry.input
class NewOrder:
    user_id: ID
    lines: list[Line]
    note: str | None = None

@strawberry.type
class Mutation:
    @connect
    def whole(self, new_order: NewOrder) -> ID:
        return rest.post("/orders", new_order, at="id")

    @connect
    def parts(self, new_order: NewOrder, is_gift: bool) -> ID:
        body = {"user": new_order.user_id, "lines": new_order.lines, "is-gift": is_gift}
        body |= {"origin": [{"app": "shop", "gifts": [is_gift, 1]}]}
        return grpc.call("PlaceOrder", body, at="id")
"""
    ).connects

    bodies = {connect.coordinate: lines(connect.call.body or "") for connect in connects}
    assert bodies == {
        "Mutation.whole": lines("$args.newOrder { user_id: userId lines { item_code: itemCode amount } note }"),
        "Mutation.parts": lines(
            "user: $args.newOrder.userId lines: $args.newOrder.lines { item_code: itemCode amount } "
            '"is-gift": $args.isGift origin: [{ app: $("shop"), gifts: [$args.isGift, $(1)] }]'
        ),
    }


def test_every_method_of_http_can_be_called_with_headers(bindings: Read) -> None:
    connects = bindings(
        """
keyed = RestSource("keyed", base_url="http://127.0.0.1:8082", headers=(Header("x-app", value="shop"),))

@strawberry.type
class Mutation:
    @connect
    def a(self, id: ID) -> bool:
        return keyed.put(f"/a/{id}", {"on": True}, headers=(Header("authorization", from_header="authorization"),))
    @connect
    def b(self, id: ID) -> bool:
        return keyed.patch(f"/a/{id}", {"on": False})
    @connect
    def c(self, id: ID) -> bool:
        return keyed.delete(f"/a/{id}")
"""
    ).connects

    calls = {connect.coordinate: connect.call for connect in connects}
    assert connects[0].source.headers == (Header("x-app", value="shop"),)
    assert calls == {
        "Mutation.a": HttpCall(
            "PUT", "/a/{$args.id}", (Header("authorization", from_header="authorization"),), "on: $(true)"
        ),
        "Mutation.b": HttpCall("PATCH", "/a/{$args.id}", (), "on: $(false)"),
        "Mutation.c": HttpCall("DELETE", "/a/{$args.id}"),
    }


def test_a_source_may_have_methods_of_several_grpc_services(bindings: Read) -> None:
    connects = bindings(
        """
@strawberry.type
class Query:
    @connect
    def a(self) -> int:
        return grpc.call("Count")
    @connect
    def b(self) -> int:
        return grpc.call("shop.v1.Stock/Count")
"""
    ).connects

    assert [connect.call for connect in connects] == [GrpcCall("shop.v1.Shop/Count"), GrpcCall("shop.v1.Stock/Count")]
    assert {connect.source for connect in connects} == {Source("grpc", Protocol.GRPC, "127.0.0.1:8083")}
