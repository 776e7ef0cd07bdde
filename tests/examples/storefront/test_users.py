"""The users service over a real socket."""

import unicodedata

import httpx
import orjson
import pytest

from examples.storefront.users.api import OPENAPI


async def test_a_page_has_twenty_users_in_the_order_of_their_ids(users: httpx.AsyncClient) -> None:
    page = (await users.get("/users")).json()

    assert [user["id"] for user in page["users"]] == [str(number) for number in range(1, 21)]
    assert page["next"] == "20"


@pytest.mark.parametrize("query", ["first=20&after=", "first=&after="])
async def test_an_empty_parameter_is_one_left_out(users: httpx.AsyncClient, query: str) -> None:
    assert (await users.get(f"/users?{query}")).json() == (await users.get("/users")).json()


async def test_pages_lead_to_the_last_user(users: httpx.AsyncClient) -> None:
    page = (await users.get("/users", params={"first": 600})).json()
    rest = (await users.get("/users", params={"first": 600, "after": page["next"]})).json()

    assert len(page["users"]) + len(rest["users"]) == 1000
    assert rest["next"] is None


async def test_users_by_ids_leave_out_what_does_not_exist(users: httpx.AsyncClient) -> None:
    found = (await users.get("/users", params={"ids": "7,3,3,nobody,5000,²"})).json()["users"]

    assert [user["id"] for user in found] == ["3", "7"]


async def test_the_first_page_has_awkward_users(users: httpx.AsyncClient) -> None:
    found = {user["id"]: user for user in (await users.get("/users")).json()["users"]}

    assert found["3"]["email"] is None
    assert found["6"]["name"] == "王小明"
    assert unicodedata.bidirectional(found["7"]["name"][0]) == "AL"
    assert unicodedata.combining(found["8"]["name"][3])
    assert found["9"]["name"] == "Sam 👩\u200d🚀"


async def test_the_data_is_always_the_same(users: httpx.AsyncClient) -> None:
    user = (await users.get("/users/1000")).json()

    assert user == {
        "id": "1000",
        "name": "Priya Yıldırım",  # noqa: RUF001
        "email": "user1000@example.com",
        "createdAt": "2020-10-25T11:01:00Z",
    }


@pytest.mark.parametrize(
    "path", ["/users/0", "/users/1001", "/users/1%2C2", "/users/1%2F2", "/users/%C2%B2", "/users/"]
)
async def test_a_user_that_does_not_exist_is_404(users: httpx.AsyncClient, path: str) -> None:
    answer = await users.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("first=0", "'first' has to be a number from 1 to 1000"),
        ("first=1001", "'first' has to be a number from 1 to 1000"),
        ("after=Ada", "'after' has to be the id of a user"),
        ("ids=" + ",".join(["1"] * 101), "'ids' may name 100 users, found 101"),
    ],
)
async def test_a_bad_page_is_422_with_the_reason(users: httpx.AsyncClient, query: str, error: str) -> None:
    answer = await users.get(f"/users?{query}")

    assert (answer.status_code, answer.json()["errors"]) == (422, [error])


async def test_an_unknown_method_is_405(users: httpx.AsyncClient) -> None:
    answer = await users.delete("/users/1")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_the_openapi_document_describes_every_operation(users: httpx.AsyncClient) -> None:
    answer = await users.get("/openapi.json")

    assert answer.json()["openapi"] == "3.1.0"
    for path, operations in answer.json()["paths"].items():
        for method in operations:
            found = await users.request(method, path.replace("{id}", "1"))
            assert found.status_code == 200, (method, path)


async def test_answers_have_the_members_that_the_openapi_document_requires(users: httpx.AsyncClient) -> None:
    schemas = orjson.loads(OPENAPI.read_bytes())["components"]["schemas"]

    page = (await users.get("/users")).json()

    assert set(page) == set(schemas["UserPage"]["required"])
    assert all(set(user) == set(schemas["User"]["required"]) for user in page["users"])
