"""`@source` and `@connect` become bindings; what is wrong with them is said at once, with places."""

import pytest
from graphql import parse

from schemas.connect import Batch, GrpcCall, Header, HttpCall, LocalField, Protocol, Source
from schemas.problems import SchemaInvalid
from schemas.read_connect import Bindings, read_connect, read_supergraph_connect
from schemas.subgraph import Subgraph

APOLLO = 'extend schema @link(url: "https://specs.apollo.dev/connect/v0.3", import: ["@source", "@connect"])\n'
OURS = 'extend schema @link(url: "https://interlace.dev/connect/v0.1", import: ["@source", "@connect", "@local"])\n'
REST = '@source(name: "users", http: { baseURL: "http://127.0.0.1:8081/v1" })\n'
GRPC = 'extend schema @source(name: "orders", grpc: { address: "127.0.0.1:8083" })\n'


def read(sdl: str) -> Bindings:
    return read_connect(Subgraph("shop", sdl, origin="shop.graphql"))


def problems(sdl: str) -> list[str]:
    with pytest.raises(SchemaInvalid) as caught:
        read(sdl)
    return [str(problem) for problem in caught.value.problems]


def test_a_subgraph_without_the_link_has_no_bindings() -> None:
    assert read("type Query { me: String @connect }") == Bindings()


def test_a_root_field_is_bound_to_a_rest_call_with_its_arguments_and_defaults() -> None:
    sdl = (
        APOLLO
        + REST
        + 'type Query { users(first: Int! = 20, after: ID): [User!]! @connect(source: "users", id: "all",'
        + ' http: { GET: "/users?first={$args.first}&after={$args.after}",'
        + ' headers: [{ name: "X-Key", from: "X-Client-Key" }, { name: "x-app", value: "shop" }] },'
        + ' selection: "id name") }\ntype User { id: ID! name: String }'
    )

    (connect,) = read(sdl).connects

    assert connect.source == Source("users", Protocol.HTTP, "http://127.0.0.1:8081/v1")
    assert connect.call == HttpCall(
        "GET",
        "/users?first={$args.first}&after={$args.after}",
        (Header("X-Key", from_header="x-client-key"), Header("x-app", value="shop")),
    )
    assert (connect.subgraph, connect.coordinate, connect.selection) == ("shop", "Query.users", "id name")
    assert dict(connect.arguments) == {"first": "Int!", "after": "ID"}
    assert dict(connect.defaults) == {"first": 20}
    assert (connect.key, connect.batched, connect.entity, connect.id) == (None, False, False, "all")


def test_a_batched_field_knows_its_key_and_to_whom_each_item_belongs() -> None:
    sdl = (
        OURS
        + GRPC
        + 'type User @key(fields: "id") { id: ID! orders: [Order!]! @connect(source: "orders",'
        + ' grpc: { method: "shop.v1.OrderService/BatchGetOrders" }, body: "user_ids: $batch.id",'
        + ' selection: "$.orders { id }", groupBy: "user_id", batch: { maxSize: 100 }) }\ntype Order { id: ID! }'
    )

    (connect,) = read(sdl).connects

    assert connect.source == Source("orders", Protocol.GRPC, "127.0.0.1:8083")
    assert connect.call == GrpcCall("shop.v1.OrderService/BatchGetOrders", "user_ids: $batch.id")
    assert (connect.key, connect.batched, connect.group_by, connect.batch) == ("id", True, "user_id", Batch(100))


def test_an_entity_is_bound_on_its_type() -> None:
    sdl = (
        APOLLO
        + REST
        + 'type Place @key(fields: "id area { code }") @connect(source: "users",'
        + ' http: { GET: "/places/{$this.area.code}/{$this.id}" }, selection: "id name")'
        + " { id: ID! area: Area name: String }\ntype Area { code: Int }"
    )

    (connect,) = read(sdl).connects

    assert (connect.coordinate, connect.key, connect.batched) == ("Place", "area { code } id", False)


def test_the_key_of_an_entity_field_is_its_arguments() -> None:
    sdl = (
        APOLLO
        + REST
        + 'type Query { user(id: ID!): User @connect(source: "users", entity: true,'
        + ' http: { GET: "/users/{$args.id}" }, selection: "id") }\ntype User @key(fields: "id") { id: ID! }'
    )

    (connect,) = read(sdl).connects

    assert (connect.entity, connect.key) == (True, "id")


def test_a_call_may_carry_its_whole_address_instead_of_a_source() -> None:
    sdl = (
        APOLLO
        + 'type Query { now: String @connect(http: { GET: "https://clock.example.com/now" }, selection: "$.now") }'
    )

    (connect,) = read(sdl).connects

    assert connect.source == Source("shop.clock.example.com", Protocol.HTTP, "https://clock.example.com")
    assert connect.call == HttpCall("GET", "/now")


def test_names_may_be_imported_under_other_names() -> None:
    sdl = (
        'extend schema @link(url: "https://specs.apollo.dev/connect/v0.2",'
        ' import: [{ name: "@connect", as: "@from" }]) @connect__source(name: "users", http: { baseURL: "http://h" })\n'
        'type Query { me: String @from(source: "users", http: { GET: "/me" }, selection: "$.name") }'
    )

    assert [connect.coordinate for connect in read(sdl).connects] == ["Query.me"]


def test_a_field_may_be_given_by_python_beside_bound_fields() -> None:
    sdl = OURS + 'type User @key(fields: "id") { id: ID! name: String! shout: String! @local(requires: "name") }'

    assert read(sdl).local_fields == (LocalField("shop", "User.shout", "name"),)


def test_bindings_are_read_from_a_supergraph_as_from_the_subgraph_itself() -> None:
    subgraph = (
        OURS
        + GRPC
        + 'type User @key(fields: "id") { id: ID! orders(status: String = "OPEN"): [Order!]! @connect(source: "orders",'
        + ' grpc: { method: "shop.v1.OrderService/BatchGetOrders" }, body: "user_ids: $batch.id",'
        + ' selection: "$.orders { id }", groupBy: "user_id") }\ntype Order { id: ID! }'
    )
    supergraph = """
      schema
        @join__directive(graphs: [SHOP], name: "link", args: {url: "https://interlace.dev/connect/v0.1"})
        @join__directive(graphs: [SHOP], name: "source", args: {name: "orders", grpc: {address: "127.0.0.1:8083"}})
      { query: Query }
      enum join__Graph { SHOP @join__graph(name: "shop", url: "") }
      type User @join__type(graph: SHOP, key: "id") {
        id: ID!
        orders(status: String = "OPEN"): [Order!]! @join__directive(graphs: [SHOP], name: "connect", args: {
          source: "orders", grpc: {method: "shop.v1.OrderService/BatchGetOrders"}, body: "user_ids: $batch.id",
          selection: "$.orders { id }", groupBy: "user_id"})
      }
      type Order @join__type(graph: SHOP) { id: ID! }
    """

    assert read_supergraph_connect(parse(supergraph)) == read(subgraph)


def test_text_that_is_not_graphql_is_a_problem_with_its_place() -> None:
    assert problems("type User {") == ["shop.graphql:1:12: Syntax Error: Expected Name, found <EOF>."]


def test_all_problems_are_listed_at_once_with_their_places() -> None:
    sdl = OURS + GRPC
    sdl += """type Query {
      a: String @connect(source: "order", grpc: { method: "x" }, selektion: "id")
      b(id: ID): String @connect(source: "orders", grpc: { method: "s.S/M" }, body: "x: $args.ix", selection: "y")
      c: String @connect(source: "orders", http: { GET: "/c", POST: "/d" }, selection: "$.a")
    }"""

    assert [problem.partition(": @connect on ")[::2] for problem in problems(sdl)] == [
        ("shop.graphql:4:77", "Query.a: 'selektion' is not known. Did you mean 'selection'?"),
        ("shop.graphql:4:34", "Query.a: there is no @source named 'order'. Did you mean 'orders'?"),
        (
            "shop.graphql:4:59",
            "Query.a: 'method' has to be a full method name, as in \"shop.v1.OrderService/GetOrder\"",
        ),
        (
            "shop.graphql:4:17",
            "Query.a: 'selection' is needed: say which members of the answer become which fields, as in \"id name\"",
        ),
        (
            "shop.graphql:5:85",
            "Query.b: $args.ix: Query.b has no argument 'ix'. Did you mean 'id'? (in 'body')",
        ),
        (
            "shop.graphql:6:17",
            "Query.c: 'http' needs exactly one of GET, POST, PUT, PATCH, DELETE, found GET and POST",
        ),
    ]


USER = 'type User @key(fields: "id") { id: ID! name: String x: [String] @connect(%s) }'


@pytest.mark.parametrize(
    ("binding", "message"),
    [
        (
            'source: "users", http: { GET: "/{$this.nane}" }, selection: "a"',
            "$this.nane: User has no field 'nane'. Did you mean 'name'?",
        ),
        ('source: "users", http: { GET: "/{$batch.id}" }, selection: "a"', "$batch on a field needs 'groupBy'"),
        (
            'source: "users", http: { GET: "/{$batch.id}{$this.id}" }, selection: "a", groupBy: "i"',
            "cannot be used together",
        ),
        (
            'source: "users", http: { GET: "/{$this.id}" }, selection: "a", groupBy: "i"',
            "'groupBy' makes sense only with $batch",
        ),
        ('source: "users", http: { GET: "/{$this}" }, selection: "a"', "$this alone says nothing"),
        ('source: "users", http: { GET: "/{$args.id}" }, selection: "a"', "User.x has no argument 'id'"),
        (
            'source: "users", http: { GET: "/{$tihs.id}" }, selection: "a"',
            "$tihs is not a variable. Did you mean 'this'?",
        ),
        (
            'source: "users", http: { GET: "/{$config.key}" }, selection: "a"',
            "$config is not supported by this gateway",
        ),
        ('source: "users", http: { GET: "/", body: "a: 1" }, selection: "a"', "a GET has no body"),
        (
            'source: "users", http: { POST: "/", body: "a: 1" }, body: "a: 1", selection: "a"',
            "'body' stands both in 'http' and beside it",
        ),
        (
            'source: "users", http: { GET: "https://evil.example/" }, selection: "a"',
            "has to start after that of the source",
        ),
        ('source: "users", http: { GET: "users" }, selection: "a"', "has to start with '/'"),
        ('http: { GET: "/users" }, selection: "a"', "name a 'source', or write the whole address"),
        ('source: "users", grpc: { method: "s.S/M" }, selection: "a"', "speaks http, the call does not"),
        ('source: "users", http: { GET: "/" }, selection: "  "', "'selection' is needed"),
        ('source: "users", http: { GET: "/" }, selection: 3', "'selection' has to be a string"),
        ('source: "users", http: { GET: "/" }, selection: "a", entity: true', "only on a field of Query"),
        (
            'source: "users", http: { GET: "/" }, selection: "a", isSuccess: "$.ok"',
            "'isSuccess' is not supported by this gateway",
        ),
        ('source: "users", http: { GET: "/" }, selection: "a", batch: { maxSize: 0 }', "a whole number above 0"),
        (
            'source: "users", http: { GET: "/", headers: [{ name: "host", value: "x" }] }, selection: "a"',
            "belongs to the connection",
        ),
        (
            'source: "users", http: { GET: "/", headers: [{ name: "a" }] }, selection: "a"',
            "exactly one of 'from' and 'value'",
        ),
        (
            'source: "users", http: { GET: "/", headers: [{ name: "a b", value: "x" }] }, selection: "a"',
            "a 'name' that HTTP allows",
        ),
    ],
)
def test_a_wrong_binding_says_what_is_wrong(binding: str, message: str) -> None:
    found = problems(OURS + REST.replace("@source", "extend schema @source", 1) + USER % binding)

    assert any(message in problem for problem in found), found
    assert all(problem.startswith("shop.graphql:") for problem in found)


@pytest.mark.parametrize(
    ("binding", "message"),
    [
        (
            'source: "users", grpc: { method: "s.S/M" }, selection: "a"',
            "'grpc' belongs to https://interlace.dev/connect/v0.1",
        ),
        ('source: "users", http: { POST: "/" }, body: "a: $this.id", selection: "a"', "'body' belongs to"),
        ('source: "users", http: { GET: "/{$batch.id}" }, selection: "a"', "$batch on a field belongs to"),
    ],
)
def test_our_own_words_need_our_own_link(binding: str, message: str) -> None:
    found = problems(APOLLO + REST + USER % binding)

    assert any(message in problem for problem in found), found


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('name: "1", http: { baseURL: "http://h" }', "'name' is needed"),
        ('name: "a", http: { baseURL: "ftp://h" }', "'baseURL' has to be an address"),
        ('name: "a", http: { baseURL: "http://user@h" }', "'baseURL' has to be an address"),
        ('name: "a"', "one of 'http' and 'grpc' is needed"),
        ('name: "a", grpc: { address: "h/x" }', "'address' has to be host:port"),
        ('name: "a", http: { baseUrl: "http://h" }', "'baseUrl' in 'http' is not known. Did you mean 'baseURL'?"),
    ],
)
def test_a_wrong_source_says_what_is_wrong(source: str, message: str) -> None:
    found = problems(OURS + f"extend schema @source({source})")

    assert any(message in problem for problem in found), found


def test_a_source_is_defined_once() -> None:
    assert any("defined twice" in problem for problem in problems(OURS + GRPC + GRPC))


def test_an_unknown_version_names_the_known_ones() -> None:
    sdl = APOLLO.replace("v0.3", "v9.9")

    assert problems(sdl) == ["shop.graphql:1:26: connect v9.9 is not known here: use v0.1, v0.2, v0.3"]


def test_an_entity_binding_needs_a_key_and_says_which_entity_it_gets() -> None:
    sdl = OURS + REST.replace("@source", "extend schema @source", 1)
    sdl += 'type User @connect(source: "users", http: { GET: "/me" }, selection: "id") { id: ID! }'

    assert [problem.split(": ", 2)[2] for problem in problems(sdl)] == [
        "User needs a @key: @connect on a type says how to get an entity",
        "nothing says which entity to get: use $this or $batch",
    ]
