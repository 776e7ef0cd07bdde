"""The routes of the storefront, over its real services and `interlace serve`."""

from examples.storefront.run import Storefront
from tests.gateway.test_served import Served, served

__all__ = ["served"]


async def test_users_are_passed_through(served: Served, shop: Storefront) -> None:
    response = await served.http.get("/api/users?first=1")

    (user,) = response.json()["users"]
    assert (response.status_code, user["id"], user["name"]) == (200, "1", "Rūta García")
    assert response.headers["via"] == "1.1 interlace"


async def test_what_the_users_service_refuses_is_refused_in_its_words(served: Served, shop: Storefront) -> None:
    response = await served.http.get("/api/users/none")

    assert response.status_code == 404
    assert "there is no such user" in response.text


async def test_a_profile_comes_from_three_services(served: Served, shop: Storefront) -> None:
    response = await served.http.get("/api/user-profile/1")

    profile = response.json()
    assert (profile["name"], profile["preferences"]["theme"], profile["orders"][0]["id"]) == (
        "Rūta García",
        "LIGHT",
        "1",
    )


async def test_a_profile_that_is_not_there_is_not_found(served: Served, shop: Storefront) -> None:
    response = await served.http.get("/api/user-profile/999999")

    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


async def test_a_profile_without_one_of_its_services_fails_by_name(served: Served, shop: Storefront) -> None:
    await shop.set_fault("preferences", "fail", status=500)
    response = await served.http.get("/api/user-profile/2")

    assert (response.status_code, response.json()["code"]) == (502, "UPSTREAM_ERROR")
    assert response.json()["service"] == "preferences"


async def test_the_description_is_published(served: Served, shop: Storefront) -> None:
    response = await served.http.get("/openapi.json")

    assert list(response.json()["paths"]) == ["/api/user-profile/{id}"]
